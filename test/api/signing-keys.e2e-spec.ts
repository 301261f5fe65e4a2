import { createPrivateKey, createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import * as openid from 'openid-client';
import { Envelopes } from '@app/crypto';
import { SigningKeys } from '@app/tokens';
import { ApiClient } from '../support/api-client.js';
import { type App, startApp } from '../support/app.js';
import { type Person, refusal, registerAndVerify, type SignedIn, signIn, someone } from '../support/people.js';
import { PageBrowser } from './support/page-browser.js';
import { RelyingParty } from './support/relying-party.js';

const day = 86_400;
const lead = 3600;

interface KeyRow {
  readonly kid: string;
  readonly public_jwk: JsonWebKey;
  readonly sealed_private_key: Buffer;
}

type PublishedKey = JsonWebKey & { readonly kid: string; readonly alg: string };

describe(`signing keys, queue on ${queueBackend}`, () => {
  let app: App;
  let ada: Person;

  beforeEach(async () => {
    app = await startApp({ queue: queueBackend });
    ada = await registerAndVerify(app, someone('ada'));
  });

  afterEach(() => app.stop());

  const published = async (of: App = app): Promise<PublishedKey[]> => {
    const response = await fetch(`http://127.0.0.1:${of.config.http.port}/oidc/jwks`);
    return ((await response.json()) as { keys: PublishedKey[] }).keys;
  };
  /** Of the keys for our own access tokens; those of OpenID clients come and go with them. */
  const kids = async (of: App = app): Promise<string[]> =>
    (await published(of))
      .filter(({ alg }) => alg === 'ES256')
      .map(({ kid }) => kid)
      .sort();
  const rows = (algorithm = 'ES256'): Promise<KeyRow[]> =>
    app.sql<KeyRow>('SELECT * FROM signing_keys WHERE algorithm = $1 ORDER BY created_at', [algorithm]);
  const headerOf = ({ accessToken }: SignedIn): { kid: string } =>
    JSON.parse(Buffer.from(accessToken.split('.')[0]!, 'base64url').toString()) as { kid: string };
  const isTaken = async (token: string, client: ApiClient = app.api): Promise<boolean> => {
    const answer = await client.as(token).get('/v1/me/sessions/current');
    if (answer.status !== 200) expect(refusal(answer)).toBe('401 http.unauthenticated');
    return answer.status === 200;
  };
  /** Lets time pass, and has the process look at its keys, as it does every half minute. */
  const pass = async (seconds: number): Promise<void> => {
    await app.pass(seconds);
    await app.get(SigningKeys).reload();
  };

  it('are published as a JWK Set with their public parts only, for anybody and for five minutes', async () => {
    const response = await fetch(`${app.url}/oidc/jwks`, { headers: { origin: 'https://elsewhere.example' } });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^application\/jwk-set\+json/);
    expect(response.headers.get('cache-control')).toBe('public, max-age=300');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.getSetCookie()).toEqual([]);
    const half = expect.stringMatching(/^[\w-]{43}$/);
    const ec = { kty: 'EC', crv: 'P-256', x: half, y: half, kid: half, use: 'sig', alg: 'ES256' };
    // 3072 bits.
    const n = expect.stringMatching(/^[\w-]{512}$/);
    const rsa = { kty: 'RSA', e: 'AQAB', n, kid: half, use: 'sig', alg: 'RS256' };
    const { keys } = (await response.json()) as { keys: PublishedKey[] };
    expect(keys.sort((a, b) => a.alg.localeCompare(b.alg))).toEqual([ec, rsa]);
  });

  it('let anybody check an access token', async () => {
    const { accessToken } = await signIn(app, ada);
    const [header = '', payload = '', signature = ''] = accessToken.split('.');
    const jwk = (await published()).find(({ alg }) => alg === 'ES256');
    const key = { key: createPublicKey({ key: jwk!, format: 'jwk' }), dsaEncoding: 'ieee-p1363' } as const;
    const check = (signed: string): boolean =>
      verify('sha256', Buffer.from(signed), key, Buffer.from(signature, 'base64url'));
    expect(check(`${header}.${payload}`)).toBe(true);
    expect(check(`${header}.${payload}x`)).toBe(false);
  });

  it('are sealed in the table, each to its own row', async () => {
    await app.get(SigningKeys).rotate();
    const [first, second] = await rows();
    const sealed = first!.sealed_private_key;
    for (const form of ['pkcs8', 'sec1'] as const) {
      expect(() => createPrivateKey({ key: sealed, format: 'der', type: form })).toThrow();
    }
    expect(Object.keys(first!.public_jwk).sort()).toEqual(['crv', 'kty', 'x', 'y']);

    const envelopes = app.get(Envelopes);
    const opened = envelopes.open(sealed, `signing_key:${first!.kid}`);
    expect(sealed.includes(opened.subarray(-32))).toBe(false);
    const { d, ...jwk } = createPrivateKey({ key: opened, format: 'der', type: 'pkcs8' }).export({ format: 'jwk' });
    expect(jwk).toEqual(first!.public_jwk);
    expect(sealed.includes(Buffer.from(d!, 'base64url'))).toBe(false);
    expect(() => envelopes.open(sealed, `signing_key:${second!.kid}`)).toThrow();
  });

  it('follow each other unnoticed: published before they sign, known until their last token has expired', async () => {
    const [old] = await kids();
    const before = await signIn(app, ada);
    await app.get(SigningKeys).rotate();
    const [next] = (await kids()).filter((kid) => kid !== old);
    expect(next).toBeDefined();
    expect(headerOf(await signIn(app, ada)).kid).toBe(old);
    expect(await isTaken(before.accessToken)).toBe(true);

    await pass(lead - 60);
    const last = await signIn(app, ada);
    expect(headerOf(last).kid).toBe(old);
    await pass(61);
    const first = await signIn(app, ada);
    expect(headerOf(first).kid).toBe(next);
    for (const { accessToken } of [last, first]) expect(await isTaken(accessToken)).toBe(true);
    expect(await kids()).toEqual([old, next].sort());

    await pass(3600 + lead);
    expect(await kids()).toEqual([next]);
    expect(await isTaken((await signIn(app, ada)).accessToken)).toBe(true);
  });

  it.each(['RS256', 'ES256'])(
    'are known for a month past that to sign out by an ID token of long ago (%s)',
    async (algorithm) => {
      const client = await RelyingParty.register(app, 'patient', { id_token_signed_response_alg: algorithm });
      const browser = new PageBrowser(app.url);
      const { id_token: hint = '' } = await client.signIn(browser, ada);
      const { kid } = JSON.parse(Buffer.from(hint.split('.')[0]!, 'base64url').toString()) as PublishedKey;
      const signOut = async (): Promise<number> =>
        (await browser.visit(openid.buildEndSessionUrl(client.config, { id_token_hint: hint }).href)).status;
      const isPublished = async (): Promise<boolean> => (await published()).some((key) => key.kid === kid);
      await app.get(SigningKeys).rotate();
      await pass(lead + 3600 + lead - 60);
      expect(await isPublished()).toBe(true);
      await pass(120);
      expect(await isPublished()).toBe(false);
      await pass(29 * day);
      await app.sweep();
      expect(await signOut()).toBe(200);
      await pass(2 * day);
      await app.sweep();
      await app.get(SigningKeys).reload();
      expect(await signOut()).toBe(400);
    },
  );

  it('change at their moment without a look at the table', async () => {
    const [old] = await kids();
    await app.get(SigningKeys).rotate();
    await pass(lead - 2);
    expect(headerOf(await signIn(app, ada)).kid).toBe(old);
    const deadline = Date.now() + 10_000;
    let kid = old;
    while (kid === old && Date.now() < deadline) ({ kid } = headerOf(await signIn(app, ada)));
    expect(kid).not.toBe(old);
  });

  it('are refused once they are retired, though token and session live', async () => {
    const [old] = await kids();
    const { accessToken } = await signIn(app, ada);
    await app.get(SigningKeys).rotate();
    await app.sql('UPDATE signing_keys SET signs_from = app_now() WHERE kid <> $1', [old]);
    expect(await isTaken(accessToken)).toBe(true);
    await app.sql('UPDATE signing_keys SET retires_at = app_now() WHERE kid = $1', [old]);
    await app.get(SigningKeys).reload();
    expect(await isTaken(accessToken)).toBe(false);
    expect(await kids()).not.toContain(old);
    const fresh = await signIn(app, ada);
    expect(headerOf(fresh).kid).not.toBe(old);
    expect(await isTaken(fresh.accessToken)).toBe(true);
  });

  it('are renewed when the newest is as old as the settings say, and then once', async () => {
    const age = app.config.sessions.signingKeyRotationDays * day;
    await app.pass(age - 60);
    await app.sweep();
    expect(await rows()).toHaveLength(1);
    await app.pass(120);
    await Promise.all([1, 2, 3].map(() => app.get(SigningKeys).rotateWhenOld()));
    await app.sweep();
    expect(await rows()).toHaveLength(2);
    await app.get(SigningKeys).reload();
    expect(await kids()).toHaveLength(2);
  });

  it('are deleted a month after they were retired, and never the one that signs', async () => {
    await app.get(SigningKeys).rotate();
    const [old, next] = await rows();
    await app.pass(lead + 3600 + lead + 29 * day);
    await app.sweep();
    expect((await rows()).map(({ kid }) => kid)).toContain(old!.kid);
    await app.pass(2 * day);
    await app.sweep();
    const left = (await rows()).map(({ kid }) => kid);
    expect(left).not.toContain(old!.kid);
    expect(left).toContain(next!.kid);
  });

  it('are the same to all processes, which take each other’s tokens through a rotation', async () => {
    const settings = { GATEHOUSE_PUBLIC_URL: app.url };
    const second = await startApp({ queue: queueBackend, beside: app, settings });
    try {
      const there = new ApiClient(`http://127.0.0.1:${second.config.http.port}`, { documentUrl: app.url });
      const signInThere = async (): Promise<SignedIn> => {
        const { email: identifier, password } = ada;
        return (await there.post<SignedIn>('/v1/auth/login', { identifier, password })).body;
      };
      expect(await kids(second)).toEqual(await kids());
      expect(await isTaken((await signIn(app, ada)).accessToken, there)).toBe(true);
      expect(await isTaken((await signInThere()).accessToken)).toBe(true);

      await second.get(SigningKeys).rotate();
      expect(await isTaken((await signInThere()).accessToken)).toBe(true);
      await pass(lead + 1);
      const ahead = await signIn(app, ada);
      expect(headerOf(ahead).kid).not.toBe(headerOf(await signInThere()).kid);
      expect(await isTaken(ahead.accessToken, there)).toBe(true);
      expect(await isTaken((await signInThere()).accessToken)).toBe(true);
      await second.get(SigningKeys).reload();
      expect(headerOf(await signInThere()).kid).toBe(headerOf(ahead).kid);
    } finally {
      await second.stop();
    }
  });

  it('begin as one, however many processes start at once', async () => {
    await app.sql('DELETE FROM signing_keys');
    const processes = await Promise.all([1, 2, 3].map(() => startApp({ queue: queueBackend, beside: app })));
    try {
      for (const algorithm of ['ES256', 'RS256']) expect(await rows(algorithm)).toHaveLength(1);
      const [first, ...others] = await Promise.all(processes.map(kids));
      for (const other of others) expect(other).toEqual(first);
    } finally {
      await Promise.all(processes.map((process) => process.stop()));
    }
  });
});
