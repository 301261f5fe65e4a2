import * as openid from 'openid-client';
import { type App, startApp } from '../support/app.js';
import {
  accepted,
  arrive,
  type ProblemBody,
  promote,
  refusal,
  signIn,
  someone,
  type Visit,
} from '../support/people.js';
import { auditTrail } from './support/audit-trail.js';
import { PageBrowser } from './support/page-browser.js';
import { redirectUri, walk } from './support/relying-party.js';

interface Client {
  readonly client_id: string;
  readonly client_secret?: string;
  readonly disabled: boolean;
  readonly secrets: readonly { id: string; expires_at: string | null }[];
  readonly effective_lifetimes: Readonly<Record<string, number>>;
  readonly [member: string]: unknown;
}

const resource = 'https://api.example.test/';
const service = {
  grant_types: ['client_credentials'],
  token_endpoint_auth_method: 'client_secret_basic',
  resources: { [resource]: ['read', 'write'] },
};
const web = { client_name: 'Web', redirect_uris: [redirectUri], grant_types: ['authorization_code', 'refresh_token'] };

describe(`the administration of clients, queue on ${queueBackend}`, () => {
  let app: App;
  let root: Visit;

  beforeAll(async () => {
    app = await startApp({ queue: queueBackend });
    root = await arrive(app, someone('root'));
    await promote(app, root);
  });

  afterAll(() => app.stop());

  // A sign-in of its own each time: tests let time pass, and these changes need a fresh one.
  const admin = async (): Promise<App['api']> => app.api.as((await signIn(app, root)).accessToken);
  const create = async (body: object): Promise<Client> =>
    accepted(await (await admin()).post<Client>('/v1/admin/clients', body), 201);
  const at = ({ client_id: id }: Client, more = ''): string => `/v1/admin/clients/${id}${more}`;
  const speak = (id: string, authentication: openid.ClientAuth): Promise<openid.Configuration> =>
    openid.discovery(new URL(app.url), id, undefined, authentication, { execute: [openid.allowInsecureRequests] });
  const ask = async ({ client_id: id }: Client, secret: string | undefined): Promise<openid.TokenEndpointResponse> =>
    openid.clientCredentialsGrant(await speak(id, openid.ClientSecretBasic(secret)), { resource });
  const refused = { status: 401 };

  it('registers a service client, whose secret works and is told once', async () => {
    const made = await create(service);
    expect(made.client_secret).toMatch(/^[\w-]{43}$/);
    expect(await ask(made, made.client_secret)).toMatchObject({ expires_in: 300 });
    await expect(ask(made, `${made.client_secret}x`)).rejects.toMatchObject(refused);
    const read = accepted(await (await admin()).get<Client>(at(made)), 200);
    expect(read).toEqual({ ...made, client_secret: undefined, client_secret_expires_at: undefined });
    expect(JSON.stringify(await app.sql('SELECT data FROM audit_events'))).not.toContain(made.client_secret);
    const [record] = await auditTrail(app, 'oauth.client_created');
    expect(record).toMatchObject({ data: { clientId: made.client_id } });
  });

  it('registers a web client that signs a browser in, for its scopes alone', async () => {
    const made = await create({
      ...web,
      scope: 'openid email',
      access_token_lifetime: 900,
      refresh_token_lifetime: 7200,
    });
    expect(made.effective_lifetimes).toMatchObject({ access_token: 900, refresh_token: 7200, authorization_code: 60 });
    const config = await speak(made.client_id, openid.ClientSecretBasic(made.client_secret));
    const verifier = openid.randomPKCECodeVerifier();
    const address = async (scope: string): Promise<string> =>
      openid.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope,
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      }).href;
    const answer = new URL(await walk(new PageBrowser(app.url), await address('openid email'), await arrive(app)));
    const tokens = await openid.authorizationCodeGrant(config, answer, { pkceCodeVerifier: verifier });
    expect(tokens.expires_in).toBe(900);
    const tooMuch = new URL((await new PageBrowser(app.url).open(await address('openid phone'))).location ?? '');
    expect(tooMuch.searchParams.get('error')).toBe('invalid_scope');
  });

  it('lets a client have its answers in the response modes it is registered for alone', async () => {
    const made = await create({ ...web, response_modes: ['query'] });
    const ask = async (mode: string): Promise<string> => {
      const query = { client_id: made.client_id, redirect_uri: redirectUri, response_type: 'code', scope: 'openid' };
      const pkce = { code_challenge: 'A'.repeat(43), code_challenge_method: 'S256' };
      const params = new URLSearchParams({ ...query, ...pkce, response_mode: mode });
      const { location, html } = await new PageBrowser(app.url).open(`/oidc/auth?${params}`);
      return location ?? html;
    };
    expect(await ask('query')).toContain('/oidc/interaction/');
    expect(await ask('form_post')).toMatch(/name="error" value="(unauthorized_client|invalid_request)"/);
  });

  it('takes a client that signs with its own key (private_key_jwt), each assertion once', async () => {
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
    const { publicKey, privateKey: key } = await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']);
    const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', publicKey);
    const jwks = { keys: [{ kty, crv, x, y, kid: 'own', alg: 'ES256', use: 'sig' }] };
    const made = await create({ ...service, token_endpoint_auth_method: 'private_key_jwt', jwks });
    expect(made).not.toHaveProperty('client_secret');
    const config = await speak(made.client_id, openid.PrivateKeyJwt({ key, kid: 'own' }));
    expect(await openid.clientCredentialsGrant(config, { resource })).toHaveProperty('access_token');
    let form = new URLSearchParams();
    config[openid.customFetch] = (_url, { body }) => {
      form = new URLSearchParams(String(body));
      return Promise.reject(new Error('kept'));
    };
    await expect(openid.clientCredentialsGrant(config, { resource })).rejects.toThrow();
    expect(form.get('client_assertion')).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    const send = async (): Promise<number> =>
      (await fetch(new URL('/oidc/token', app.url), { method: 'POST', body: form })).status;
    const statuses = await Promise.all(Array.from({ length: 50 }, send));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(await send()).toBe(401);
  });

  it('rotates a secret with an overlap, which can be ended at once', async () => {
    const made = await create(service);
    const rotate = async (body: object): Promise<Client> =>
      accepted(await (await admin()).post<Client>(at(made, '/secrets'), body), 201);
    const second = await rotate({ overlap_seconds: 100 });
    expect(second.secrets).toHaveLength(2);
    await ask(made, made.client_secret);
    await ask(made, second.client_secret);
    await app.pass(101);
    await expect(ask(made, made.client_secret)).rejects.toMatchObject(refused);
    const third = await rotate({});
    const old = third.secrets.find(({ expires_at: end }) => end !== null);
    const current = third.secrets.find(({ expires_at: end }) => end === null);
    await app.pass(86_000);
    await ask(made, second.client_secret);
    expect(refusal(await (await admin()).delete(at(made, `/secrets/${current?.id}`)))).toBe('409 oauth.sole_secret');
    accepted(await (await admin()).delete(at(made, `/secrets/${old?.id}`)), 204);
    await expect(ask(made, second.client_secret)).rejects.toMatchObject(refused);
    await ask(made, third.client_secret);
    const fourth = await rotate({ overlap_seconds: 0 });
    await expect(ask(made, third.client_secret)).rejects.toMatchObject(refused);
    await app.pass(90_000);
    await app.sweep();
    const left = await app.sql('SELECT id::text FROM oauth_client_secrets WHERE client_id = $1', [made.client_id]);
    expect(left).toEqual([{ id: fourth.secrets.find(({ expires_at: end }) => end === null)?.id }]);
    await ask(made, fourth.client_secret);
    const types = ['oauth.client_secret_rotated', 'oauth.client_secret_ended'];
    const trails = await Promise.all(types.map((type) => auditTrail(app, type)));
    expect(trails.map((trail) => trail.length)).toEqual([3, 1]);
  });

  it('refuses a disabled client and its opaque tokens, and a deleted one for good', async () => {
    const watcher = await create({ ...service, may_introspect: true });
    const made = await create(service);
    const config = await speak(made.client_id, openid.ClientSecretBasic(made.client_secret));
    const { access_token: opaque } = await openid.clientCredentialsGrant(config);
    const watching = await speak(watcher.client_id, openid.ClientSecretBasic(watcher.client_secret));
    const isActive = async (): Promise<boolean> => (await openid.tokenIntrospection(watching, opaque)).active;
    expect(await isActive()).toBe(true);
    expect(accepted(await (await admin()).post<Client>(at(made, '/disable')), 200).disabled).toBe(true);
    await expect(ask(made, made.client_secret)).rejects.toMatchObject(refused);
    expect(await isActive()).toBe(false);
    expect(accepted(await (await admin()).post<Client>(at(made, '/enable')), 200).disabled).toBe(false);
    expect(await ask(made, made.client_secret)).toHaveProperty('access_token');
    expect(await isActive()).toBe(true);
    accepted(await (await admin()).delete(at(made)), 204);
    await expect(ask(made, made.client_secret)).rejects.toMatchObject(refused);
    expect(await isActive()).toBe(false);
    expect(refusal(await (await admin()).get(at(made)))).toBe('404 oauth.client_not_found');
    const types = ['oauth.client_disabled', 'oauth.client_enabled', 'oauth.client_deleted'];
    const trails = await Promise.all(types.map((type) => auditTrail(app, type)));
    expect(trails.map((trail) => trail.length)).toEqual([1, 1, 1]);
  });

  it('changes members, takes some away, and makes a secret for who needs one from now on', async () => {
    const made = await create({
      ...web,
      token_endpoint_auth_method: 'none',
      client_uri: 'https://client.example.test/',
    });
    expect(made.secrets).toEqual([]);
    const change = { client_name: 'Renamed', client_uri: null, token_endpoint_auth_method: 'client_secret_post' };
    const changed = accepted(await (await admin()).patch<Client>(at(made), change), 200);
    expect(changed).toMatchObject({ client_name: 'Renamed', redirect_uris: [redirectUri] });
    expect(changed).not.toHaveProperty('client_uri');
    expect(changed.client_secret).toBeDefined();
    const back = accepted(await (await admin()).patch<Client>(at(made), { token_endpoint_auth_method: 'none' }), 200);
    expect(back.secrets).toEqual([]);
  });

  it.each([
    ['redirect_uris', { ...web, redirect_uris: ['http://client.example.test/callback'] }],
    ['redirect_uris', { ...web, redirect_uris: ['https://client.example.test/callback#fragment'] }],
    ['redirect_uris', { ...web, redirect_uris: [] }],
    ['redirect_uris', { ...web, redirect_uris: ['not an address'] }],
    ['post_logout_redirect_uris', { ...web, post_logout_redirect_uris: ['http://client.example.test/'] }],
    ['response_types', { ...web, response_types: ['code', 'id_token'] }],
    ['response_types', { ...service, response_types: ['code'] }],
    ['grant_types', { ...web, grant_types: ['authorization_code', 'password'] }],
    ['grant_types', { ...service, token_endpoint_auth_method: 'none' }],
    ['token_endpoint_auth_method', { ...web, token_endpoint_auth_method: 'client_secret_jwt' }],
    ['jwks', { ...service, token_endpoint_auth_method: 'private_key_jwt' }],
    ['jwks', { ...service, token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [{ kty: 'oct', k: 'AA' }] } }],
    ['scope', { ...web, scope: 'openid everything' }],
    ['resources', { ...service, resources: { 'no address': ['read'] } }],
    ['resources', { ...service, resources: { [resource]: ['two words'] } }],
    ['require_pkce', { ...web, token_endpoint_auth_method: 'none', require_pkce: false }],
    ['may_introspect', { ...web, token_endpoint_auth_method: 'none', may_introspect: true }],
    ['access_token_lifetime', { ...web, access_token_lifetime: 86_401 }],
    ['resource_lifetimes', { ...service, resource_lifetimes: { 'https://other.example.test/': 60 } }],
    ['logo_uri', { ...web, logo_uri: 'javascript:alert(1)' }],
    ['client_name', { ...web, client_name: 'two\nlines' }],
    ['client_id', { ...web, client_id: 'https://client.example.test/' }],
    ['subject_type', { ...web, subject_type: 'pairwise' }],
  ])('refuses, naming %s: case %#', async (member, body) => {
    const answer = await (await admin()).post<ProblemBody>('/v1/admin/clients', body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors?.map(({ field }) => field)).toEqual([member]);
  });

  it('lists clients in pages, and gives no id twice', async () => {
    const made = await create({ ...web, client_id: 'chosen-id' });
    expect(refusal(await (await admin()).post('/v1/admin/clients', { ...web, client_id: 'chosen-id' }))).toBe(
      '409 oauth.client_id_taken',
    );
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query = `limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const page: { items: Client[]; nextCursor: string | null } = accepted(
        await (await admin()).get<{ items: Client[]; nextCursor: string | null }>(`/v1/admin/clients?${query}`),
        200,
      );
      seen.push(...page.items.map(({ client_id: id }) => id));
      cursor = page.nextCursor;
    }
    const [{ count }] = (await app.sql('SELECT count(*)::int AS count FROM oauth_clients')) as [{ count: number }];
    expect([seen[0], new Set(seen).size, seen.length]).toEqual([made.client_id, count, count]);
    expect(refusal(await (await admin()).get('/v1/admin/clients?cursor=WyJhIl0'))).toBe('400 http.invalid_cursor');
  });

  it('is for administrators who signed in a moment ago', async () => {
    const stranger = await arrive(app);
    expect((await stranger.api.get('/v1/admin/clients')).status).toBe(403);
    expect((await stranger.api.post('/v1/admin/clients', service)).status).toBe(403);
    const api = await admin();
    await app.pass(700);
    expect((await api.post('/v1/admin/clients', service)).status).not.toBe(201);
  });
});
