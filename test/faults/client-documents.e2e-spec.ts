import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as openid from 'openid-client';
import { PageBrowser } from '../api/support/page-browser.js';
import { follow, redirectUri, walk } from '../api/support/relying-party.js';
import { makeCertificate } from '../support/certificate.js';
import { Installation, type Person } from './support/installation.js';

/** In a process of its own, because only a process that starts takes another authority than the system's. */
describe('clients that a document at their address describes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-client-documents-'));
  const documents = new Map<string, object>();
  const asked: string[] = [];
  let server: Server;
  let installation: Installation;
  let person: Person;

  beforeAll(async () => {
    const { key, cert } = makeCertificate();
    writeFileSync(join(folder, 'ca.pem'), cert);
    server = createServer({ key, cert }, (request, response) => {
      const path = request.url ?? '';
      asked.push(path);
      const found = documents.get(path);
      response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(found ?? {}));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    installation = await Installation.start({
      settings: {
        GATEHOUSE_CLIENT_ID_METADATA_DOCUMENTS: 'true',
        GATEHOUSE_FETCH_ALLOW: '127.0.0.1/32',
        NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'),
      },
    });
    person = await installation.newPerson();
  });

  afterAll(async () => {
    await installation.stop();
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  });

  const addressOf = (path: string): string => `https://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  const publish = (path: string, members: object = {}): string => {
    const client_id = addressOf(path);
    const document = {
      client_id,
      client_name: 'Described',
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code'],
    };
    documents.set(path, { ...document, token_endpoint_auth_method: 'none', ...members });
    return client_id;
  };
  const speak = (id: string): Promise<openid.Configuration> =>
    openid.discovery(new URL(installation.publicUrl), id, undefined, openid.None(), {
      execute: [openid.allowInsecureRequests],
    });
  const verifier = openid.randomPKCECodeVerifier();
  const begin = async (config: openid.Configuration): Promise<string> =>
    openid.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: 'openid email',
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }).href;

  it('sign people in after asking them, fetched once for a while', async () => {
    const config = await speak(publish('/client.json'));
    expect(config.serverMetadata()['client_id_metadata_document_supported']).toBe(true);
    const browser = new PageBrowser(installation.publicUrl);
    const answer = new URL(await walk(browser, await begin(config), person));
    const tokens = await openid.authorizationCodeGrant(config, answer, { pkceCodeVerifier: verifier });
    expect(tokens.claims()).toMatchObject({ aud: addressOf('/client.json') });
    expect(asked.filter((path) => path === '/client.json')).toHaveLength(1);
    const { accessToken } = await installation.signIn(person);
    const { body } = await installation.api().client.as(accessToken).get('/v1/me/grants');
    expect(body).toMatchObject({ items: [{ clientId: addressOf('/client.json'), clientName: 'Described' }] });
  });

  it.each([
    ['that is not there', () => addressOf('/missing.json')],
    ['that speaks of another client', () => publish('/other.json', { client_id: addressOf('/client.json') })],
    ['that says it is one of our own', () => publish('/ours.json', { first_party: true })],
    ['that does without PKCE', () => publish('/no-pkce.json', { require_pkce: false })],
    ['with a shared secret', () => publish('/secret.json', { token_endpoint_auth_method: 'client_secret_basic' })],
    ['with an insecure redirect', () => publish('/http.json', { redirect_uris: ['http://client.example.test/'] })],
  ])('are refused with a document %s, and lead nowhere', async (_, id) => {
    const config = await speak(id());
    const refused = await follow(new PageBrowser(installation.publicUrl), await begin(config));
    expect([refused.status, refused.location]).toEqual([400, null]);
    expect(refused.html).toContain('This request cannot go on');
  });
});
