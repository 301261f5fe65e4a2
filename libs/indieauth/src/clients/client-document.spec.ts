import { linkTargets } from '../link-header.js';
import { readJsonDocument, readPage } from './client-document.js';
import { freshFor } from './freshness.js';
import { mayRedirect } from './redirect-uri.js';

const id = 'https://app.example.com/id';
const whole = { client_id: id, client_uri: 'https://app.example.com/' };
const read = (document: unknown) => readJsonDocument(id, id, JSON.stringify(document));

describe('a JSON client document', () => {
  it('says who the client is; relative redirect addresses are resolved', () => {
    const document = {
      ...whole,
      client_name: ' The\nReader ',
      logo_uri: '/logo.png',
      redirect_uris: ['/cb', 'com.example.app:/cb'],
    };
    expect(read(document)).toEqual({
      name: 'The Reader',
      uri: 'https://app.example.com/',
      logo: 'https://app.example.com/logo.png',
      redirectUris: ['https://app.example.com/cb', 'com.example.app:/cb'],
    });
  });

  it.each([
    ['nothing', ''],
    ['no object', 'null'],
    ['no client_id', JSON.stringify({ client_uri: whole.client_uri })],
    ['another client_id', JSON.stringify({ ...whole, client_id: 'https://app.example.com/' })],
    ['no client_uri', JSON.stringify({ client_id: id })],
    ['the client_uri of another host', JSON.stringify({ ...whole, client_uri: 'https://app.example.co' })],
    ['a client_uri beside it', JSON.stringify({ ...whole, client_uri: 'https://app.example.com/other' })],
    ['redirect_uris that are no list', JSON.stringify({ ...whole, redirect_uris: '/cb' })],
    ['redirect_uris that are no texts', JSON.stringify({ ...whole, redirect_uris: [1] })],
  ])('is refused with %s', (_what, body) => {
    expect(() => readJsonDocument(id, id, body)).toThrow(/^it/);
  });

  it('may have a logo that is no address, which is left out', () => {
    expect(read({ ...whole, logo_uri: 'javascript:alert(1)' }).logo).toBeNull();
  });
});

describe('a client page', () => {
  it('says who the client is by its h-app, and where codes may go by its links', async () => {
    const html = `<link rel="redirect_uri" href="/cb"><a rel="redirect_uri" href="com.example.app:/cb">app</a>
      <div class="h-x-app"><img class="u-logo" src="logo.png" alt=""><a class="p-name u-url" href="/">The Reader</a></div>`;
    expect(await readPage(id, '<https://other.example.com/cb>; rel="redirect_uri"', html)).toEqual({
      name: 'The Reader',
      uri: 'https://app.example.com/',
      logo: 'https://app.example.com/logo.png',
      redirectUris: ['https://other.example.com/cb', 'https://app.example.com/cb', 'com.example.app:/cb'],
    });
  });

  it.each(['', '<link rel=other>', '<frameset>', '<!-- '])(
    'that has nothing to read says nothing (%#)',
    async (html) => {
      expect(await readPage(id, null, html)).toEqual({ name: null, uri: null, logo: null, redirectUris: [] });
    },
  );

  it.each([
    ['elements within each other', '<div>'.repeat(50_000)],
    ['attributes', `<p ${Array.from({ length: 40_000 }, (_, index) => `a${index.toString(36)} `).join('')}>`],
    ['formatting that goes on', `${'<b a>'.repeat(2)}${'<b x=1><i y=2><p>'.repeat(15_000)}`],
  ])('that is made of %s holds nobody up', async (_what, html) => {
    const began = performance.now();
    const outcome = await readPage(id, null, html.slice(0, 256 * 1024)).catch((error: unknown) => error);
    if (outcome instanceof Error) expect(outcome.message).toBe('it takes too long to read');
    expect(performance.now() - began).toBeLessThan(4000);
  });

  it('without an h-app says nothing', async () => {
    expect(await readPage(id, null, '<p class="p-name">A page')).toEqual({
      name: null,
      uri: null,
      logo: null,
      redirectUris: [],
    });
  });
});

describe('a code may be sent', () => {
  const listed = [
    'https://other.example.com/cb',
    'com.example.app:/cb',
    'javascript:alert(1)',
    'https://u@other.example.com/',
  ];

  it.each([
    'https://app.example.com/anything?x=1',
    'https://app.example.com:443/',
    'https://other.example.com/cb',
    'com.example.app:/cb',
  ])('to %s', (uri) => {
    expect(mayRedirect(id, listed, uri)).toBe(true);
  });

  it.each([
    'http://app.example.com/',
    'https://app.example.com:8443/',
    'https://app.example.com.attacker.test/',
    'https://sub.app.example.com/',
    'https://app.example.com@attacker.test/',
    'https://user@app.example.com/',
    'https://app.example.com/#fragment',
    'https://app.example.com\\@attacker.test/',
    'https://other.example.com/cb?more',
    'https://other.example.com/cb/',
    'com.example.other:/cb',
    'javascript:alert(1)',
    'https://u@other.example.com/',
    '/relative',
    '',
  ])('not to %s', (uri) => {
    expect(mayRedirect(id, listed, uri)).toBe(false);
  });
});

describe('a Link header', () => {
  it.each([
    ['</m>; rel="indieauth-metadata"', ['/m']],
    ['</a>; rel=other, </m>; title="x, y"; rel="me indieauth-metadata"', ['/m']],
    ['</m>;rel=indieauth-metadata;type=x, </n>; rel=indieauth-metadata', ['/m', '/n']],
    ['</m>; rel="indieauth-metadata-not"', []],
    ['nonsense', []],
  ])('%s', (header, targets) => {
    expect(linkTargets(header, 'indieauth-metadata')).toEqual(targets);
  });
});

describe('a Link header of nothing but beginnings', () => {
  it('holds nobody up', () => {
    const began = performance.now();
    for (const beginning of ['<', '<a>;a="', '<a>;a=']) linkTargets(beginning.repeat(16_000), 'me');
    expect(performance.now() - began).toBeLessThan(200);
  });
});

describe('Cache-Control', () => {
  it.each([
    [null, 300],
    ['max-age=60', 60],
    ['public, Max-Age="60"', 60],
    ['max-age=99999999', 86_400],
    ['max-age=60, no-store', 0],
    ['no-cache', 0],
    ['nonsense', 300],
  ])('%s lets a document be kept %i seconds', (header, seconds) => {
    expect(freshFor(header)).toBe(seconds);
  });
});
