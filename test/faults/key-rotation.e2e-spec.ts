import { createHash, createPublicKey, type JsonWebKey, randomBytes, verify } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import * as openid from 'openid-client';
import { PageBrowser } from '../api/support/page-browser.js';
import { RelyingParty, type Tokens, walk } from '../api/support/relying-party.js';
import { until } from '../support/smtp.js';
import { CommandProcess } from './support/command.js';
import { type Api, Installation, type Person } from './support/installation.js';

// Processes look at their keys every half minute, and have to do it twice.
jest.setTimeout(180_000);

const lead = 3600;

interface KeySet {
  readonly keys: readonly (JsonWebKey & { readonly kid: string; readonly alg: string })[];
}

const headerOf = (token: string): { kid: string; alg: string } =>
  JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string; alg: string };

/** Does one thing after the other, over and over, until it is told to stop. Counts, and throws what went wrong. */
class Load {
  readonly done: Record<string, number> = {};
  private stopped = false;
  private readonly loops: Promise<void>[] = [];

  start(name: string, work: () => Promise<void>): void {
    this.done[name] = 0;
    const loop = async (): Promise<void> => {
      while (!this.stopped) {
        await wait(10);
        await work();
        this.done[name] = (this.done[name] ?? 0) + 1;
      }
    };
    this.loops.push(loop().catch((error: unknown) => Promise.reject(new Error(`${name} failed`, { cause: error }))));
    this.loops.at(-1)?.catch(() => (this.stopped = true));
  }

  get failed(): boolean {
    return this.stopped;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.loops);
  }
}

/** Lets one piece of work be done at a time. */
class Turn {
  private last: Promise<unknown> = Promise.resolve();

  take<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.last.then(work);
    this.last = mine.catch(() => undefined);
    return mine;
  }
}

describe('signing keys that are rotated while two processes serve', () => {
  let installation: Installation;
  let apis: readonly [Api, Api];
  let person: Person;
  let shift = 0;

  beforeAll(async () => {
    installation = await Installation.start({ apis: 2 });
    apis = [installation.api(0), installation.api(1)];
    person = await installation.newPerson();
  });

  afterAll(() => {
    CommandProcess.clear();
    return installation.stop();
  });

  const register = (id: string, metadata: Record<string, unknown> = {}): Promise<RelyingParty> => {
    const sql = (text: string, values?: unknown[]): Promise<unknown> => installation.query(text, values);
    return RelyingParty.register({ url: installation.publicUrl, sql }, id, metadata, true);
  };
  const kidOf = ({ id_token: idToken = '' }: Tokens): string => headerOf(idToken).kid;
  const published = async (api: Api): Promise<KeySet> => {
    const response = await fetch(`${api.url}/oidc/jwks`);
    expect(response.status).toBe(200);
    return (await response.json()) as KeySet;
  };
  const isVerified = async (idToken: string, api: Api): Promise<boolean> => {
    const { kid, alg } = headerOf(idToken);
    const jwk = (await published(api)).keys.find((key) => key.kid === kid && key.alg === alg);
    if (jwk === undefined) return false;
    const key = { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' } as const;
    const [header, payload, signature = ''] = idToken.split('.');
    return verify('sha256', Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url'));
  };
  const rotateKeys = async (): Promise<string> => {
    const { code, stdout, stderr } = await new CommandProcess(['rotate-keys'], installation.settings()).finished();
    if (code !== 0) throw new Error(stderr);
    return stdout;
  };

  it('are never noticed: nothing fails, old ID tokens verify, new ones carry the new kid', async () => {
    const clients = await Promise.all(
      ['RS256', 'ES256'].map((alg) => register(`client-${alg}`, { id_token_signed_response_alg: alg })),
    );
    const resourceServer = await register('resource-server', {
      token_endpoint_auth_method: 'client_secret_basic',
      may_introspect: true,
    });
    const secret = randomBytes(32).toString('base64url');
    const addSecret = 'INSERT INTO oauth_client_secrets (id, client_id, hash) VALUES (gen_random_uuid(), $1, $2)';
    await installation.query(addSecret, [resourceServer.id, createHash('sha256').update(secret).digest()]);

    /** ID tokens by their kid, the newest last. */
    const seen = new Map<string, string>();
    const turn = new Turn();
    const load = new Load();
    for (const client of clients) {
      // The library asks the one address of the issuer: half of the requests go to the other process by hand.
      const other = elsewhere(client.config, installation.publicUrl, apis[1].url);
      const browser = new PageBrowser(installation.publicUrl);
      let tokens = await client.signIn(browser, person, { scope: 'openid email offline_access' });
      const note = (given: Tokens): void => void seen.set(kidOf(given), given.id_token ?? '');
      note(tokens);
      load.start(`${client.id}: refresh, userinfo, introspection`, async () => {
        for (const config of [client.config, other]) {
          const before = kidOf(tokens);
          const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '');
          tokens = refreshed.id_token === undefined ? { ...tokens, ...refreshed } : refreshed;
          if (kidOf(tokens) !== before || seen.size === 0) note(tokens);
          const info = await openid.fetchUserInfo(config, tokens.access_token, openid.skipSubjectCheck);
          expect(info).toHaveProperty('email', person.email);
          const response = await fetch(`${apis[1].url}/oidc/token/introspection`, {
            method: 'POST',
            headers: { authorization: `Basic ${Buffer.from(`${resourceServer.id}:${secret}`).toString('base64')}` },
            body: new URLSearchParams({ token: tokens.access_token }),
          });
          expect([response.status, await response.json()]).toMatchObject([200, { active: true, client_id: client.id }]);
        }
      });
      load.start(`${client.id}: code`, () =>
        turn.take(async () => {
          const authorization = await client.begin({ prompt: 'none' });
          note(await client.redeem(authorization, await walk(browser, authorization.address)));
        }),
      );
    }
    for (const [at, api] of apis.entries()) {
      load.start(`keys of ${at}`, async () => {
        expect((await published(api)).keys.length).toBeGreaterThanOrEqual(2);
        expect((await fetch(`${api.url}/.well-known/openid-configuration`)).status).toBe(200);
      });
    }
    /** A code lives for a minute: none is under way while time passes by more. */
    const pass = (seconds: number): Promise<void> =>
      turn.take(() => installation.database.shiftClock((shift += seconds)));
    const waitFor = (what: string, test: () => Promise<boolean> | boolean): Promise<void> =>
      until(what, async () => load.failed || (await test()), 45_000);

    try {
      const old = [...seen.keys()];
      expect(old).toHaveLength(2);
      const firstTokens = [...seen.values()];
      const told = await rotateKeys();
      const added = (await kids()).filter((kid) => !old.includes(kid));
      expect(added).toHaveLength(2);
      for (const kid of added) expect(told).toContain(kid);
      // Published by every process long before it signs.
      await waitFor('the new keys to be published', async () => {
        const sets = await Promise.all(apis.map(published));
        return sets.every(({ keys }) => added.every((kid) => keys.some((key) => key.kid === kid)));
      });
      expect([...seen.keys()].filter((kid) => added.includes(kid))).toEqual([]);
      for (let passed = 0; passed < lead + 60; passed += 1220) await pass(1220);
      await waitFor('the new keys to sign', () => added.every((kid) => seen.has(kid)));
      // Of each process.
      await waitFor('the old keys to be silent', async () => {
        for (const kid of old) seen.delete(kid);
        const before = { ...load.done };
        await until(
          'more of all',
          () => load.failed || Object.keys(before).every((name) => grown(name, before, load.done)),
        );
        return old.every((kid) => !seen.has(kid));
      });

      for (const api of apis) {
        for (const idToken of [...firstTokens, ...seen.values()]) expect(await isVerified(idToken, api)).toBe(true);
      }
      for (const [name, count] of Object.entries(load.done)) expect([name, count > 20]).toEqual([name, true]);
    } finally {
      await load.stop();
    }
    for (const { process } of apis) expect(process.log).not.toMatch(/"level":(50|60)/);
  });

  const kids = async (): Promise<string[]> =>
    (await installation.query<{ kid: string }>('SELECT kid FROM signing_keys')).map(({ kid }) => kid);
});

const grown = (name: string, before: Record<string, number>, now: Record<string, number>): boolean =>
  (now[name] ?? 0) > (before[name] ?? 0) + 2;

/** The same client of the same issuer, its endpoints in another process. */
function elsewhere(config: openid.Configuration, from: string, to: string): openid.Configuration {
  const server = Object.entries(config.serverMetadata()).map(([name, value]) => {
    const moved = name.endsWith('_endpoint') && typeof value === 'string' ? value.replace(from, to) : value;
    return [name, moved] as const;
  });
  const metadata = Object.fromEntries(server) as unknown as openid.ServerMetadata;
  const moved = new openid.Configuration(metadata, config.clientMetadata().client_id, undefined, openid.None());
  openid.allowInsecureRequests(moved);
  return moved;
}
