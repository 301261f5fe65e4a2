import { readProfilePage } from './profile-page.js';

const server = {
  metadata: ['https://id.example.org/indieauth/.well-known/oauth-authorization-server'],
  authorizationEndpoint: 'https://id.example.org/indieauth/auth',
};
const [metadata] = server.metadata;
const read = (html: string, link: string | null = null) => readProfilePage('https://ada.example/', link, html, server);

describe("somebody's page", () => {
  it.each([
    ['a link', `<link rel="indieauth-metadata" href="${metadata}">`, null],
    ['a header', '', `<${metadata}>; rel="indieauth-metadata"`],
    ['a header before a link', '<link rel="indieauth-metadata" href="/x">', `<${metadata}>; rel="indieauth-metadata"`],
    ['the older link alone', `<link rel="authorization_endpoint" href="${server.authorizationEndpoint}">`, null],
  ])('sends clients to us by %s', async (_what, html, link) => {
    expect((await read(html, link)).declaresUs).toBe(true);
  });

  it.each([
    ['nothing', '', null],
    ['the link of another server', '<link rel="indieauth-metadata" href="https://other.example/">', null],
    [
      'a link of another first',
      `<link rel="indieauth-metadata" href="/x"><link rel="indieauth-metadata" href="${metadata}">`,
      null,
    ],
    [
      'a header of another first',
      `<link rel="indieauth-metadata" href="${metadata}">`,
      '</x>; rel="indieauth-metadata"',
    ],
    [
      'the older link, and another by the newer',
      `<link rel="authorization_endpoint" href="${server.authorizationEndpoint}"><link rel="indieauth-metadata" href="/x">`,
      null,
    ],
  ])('does not by %s', async (_what, html, link) => {
    expect((await read(html, link)).declaresUs).toBe(false);
  });

  it.each([
    ['<a rel="me" href="mailto:ada@example.org">', 'ada@example.org'],
    ['<link rel="me authn" href="MAILTO:Ada%40EXAMPLE.org?subject=hi">', 'Ada@example.org'],
    [
      '<a rel="me" href="https://other.example/"><a rel="me" href="mailto:not"><a rel="me" href="mailto:a@example.org">',
      'a@example.org',
    ],
    ['<a href="mailto:ada@example.org">', undefined],
    ['<a rel="me" href="mailto:%">', undefined],
    ['<a rel="me" href="mailto:ada@example.org%0d%0aBcc:x@example.org">', undefined],
  ])('%s publishes %s', async (html, email) => {
    expect((await read(html)).email).toBe(email);
  });
});
