import * as openid from 'openid-client';
import { type App, startApp } from '../support/app.js';
import { accepted, arrive, promote, refusal, someone, type Visit } from '../support/people.js';
import { auditTrail } from './support/audit-trail.js';
import { PageBrowser } from './support/page-browser.js';
import { redirectUri, walk } from './support/relying-party.js';

interface InitialAccess {
  readonly initial_access_token: string;
}

const wanted = {
  client_name: 'Itself',
  redirect_uris: [redirectUri],
  token_endpoint_auth_method: 'client_secret_basic',
};

async function administrator(app: App): Promise<Visit> {
  const root = await arrive(app, someone('root'));
  await promote(app, root);
  return root;
}

describe(`dynamic registration, queue on ${queueBackend}`, () => {
  let app: App;
  let root: Visit;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend, settings: { GATEHOUSE_DYNAMIC_REGISTRATION: 'true' } });
    root = await administrator(app);
  });

  afterAll(() => app.stop());

  const initialToken = async (): Promise<string> =>
    accepted(await root.api.post<InitialAccess>('/v1/admin/client-registrations', {}), 201).initial_access_token;
  const register = (initialAccessToken: string | undefined, metadata: object = wanted): Promise<openid.Configuration> =>
    openid.dynamicClientRegistration(new URL(app.url), metadata, undefined, {
      execute: [openid.allowInsecureRequests],
      ...(initialAccessToken === undefined ? {} : { initialAccessToken }),
    });
  const knownClients = async (): Promise<number> => (await app.sql('SELECT FROM oauth_clients')).length;

  it('lets a program register itself with an initial access token, and sign people in after asking them', async () => {
    const config = await register(await initialToken());
    const { client_id: id, client_secret: secret } = config.clientMetadata();
    const verifier = openid.randomPKCECodeVerifier();
    const { href } = openid.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: 'openid email',
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    const answer = new URL(await walk(new PageBrowser(app.url), href, await arrive(app)));
    expect(await openid.authorizationCodeGrant(config, answer, { pkceCodeVerifier: verifier })).toHaveProperty(
      'id_token',
    );
    const read = accepted(await root.api.get<Record<string, unknown>>(`/v1/admin/clients/${id}`), 200);
    expect(read).toMatchObject({ client_name: 'Itself', first_party: false });
    const stored = JSON.stringify([
      await app.sql('SELECT * FROM oauth_clients'),
      await app.sql('SELECT * FROM audit_events'),
    ]);
    expect(stored).not.toContain(secret);
    expect(await auditTrail(app, 'oauth.client_registered')).toMatchObject([{ data: { clientId: id } }]);
  });

  it('takes no other token, and an initial one once, also of many at the same moment', async () => {
    const before = await knownClients();
    await expect(register(undefined)).rejects.toThrow();
    await expect(register('A'.repeat(43))).rejects.toThrow();
    await expect(register(root.tokens.accessToken)).rejects.toThrow();
    const token = await initialToken();
    const attempts = await Promise.allSettled(Array.from({ length: 10 }, () => register(token)));
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(register(token)).rejects.toThrow();
    expect(await knownClients()).toBe(before + 1);
  });

  it.each([
    { first_party: true },
    { require_pkce: false },
    { may_introspect: true },
    { resources: { 'https://api.example.test/': ['read'] } },
    { access_token_lifetime: 86_400 },
    { redirect_uris: ['http://client.example.test/callback'] },
    { sector_identifier_uri: 'https://client.example.test/sector.json' },
  ])('refuses what is for administrators to say, or for nobody: %j', async (member) => {
    const before = await knownClients();
    const refused = register(await initialToken(), { ...wanted, ...member });
    await expect(refused).rejects.toMatchObject({
      error: expect.stringMatching(/^invalid_(client_metadata|redirect_uri)$/),
    });
    expect(await knownClients()).toBe(before);
  });
});

describe(`dynamic registration that is off, queue on ${queueBackend}`, () => {
  let app: App;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
  });

  afterAll(() => app.stop());

  it('has no endpoint, and no token is made for it', async () => {
    const discovery = await (await fetch(new URL('/.well-known/openid-configuration', app.url))).json();
    expect(discovery).not.toHaveProperty('registration_endpoint');
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify(wanted);
    expect((await fetch(new URL('/oidc/reg', app.url), { method: 'POST', headers, body })).status).toBe(404);
    const root = await administrator(app);
    const refused = await root.api.post('/v1/admin/client-registrations', {});
    expect(refusal(refused)).toBe('409 oauth.registration_off');
  });
});
