import { createPublicKey, type JsonWebKey, randomBytes, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from '../../support/app.js';
import { accepted, arrive, type Person, promote, someone, type Visit } from '../../support/people.js';
import type { Page, PageBrowser } from './page-browser.js';

type Values = Readonly<Record<string, string>>;
/** `undefined` leaves a parameter out. */
export type Params = Readonly<Record<string, string | undefined>>;

/** Where docs/conformance.md lets the suite run. */
export const suiteUrl = 'https://suite.example.test';

/** A client as docs/conformance.md has an administrator make it. */
export interface SuiteClient {
  readonly client_id: string;
  readonly client_secret: string;
  readonly redirect_uris: readonly [string];
  readonly token_endpoint_auth_method: string;
  readonly [member: string]: unknown;
}

/** What the browser brought to the client, and how; or the page that asks somebody something in its place. */
export type Arrival =
  | { readonly by: 'query' | 'form_post'; readonly values: Values; readonly asked: boolean }
  | { readonly by: 'page'; readonly page: Page };

export interface EndpointAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Tokens extends Values {
  readonly access_token: string;
  readonly id_token: string;
}

type Clients = readonly [SuiteClient, SuiteClient, SuiteClient, SuiteClient];

/** What a suite needs: somebody to sign in, clients, and who made them. */
export interface SuiteSetting {
  readonly jane: Person;
  readonly root: Visit;
  readonly clients: Clients;
}

const documentation = (): string => readFileSync(join(process.cwd(), 'docs/conformance.md'), 'utf8');

/** The settings that docs/conformance.md starts an installation with, but for where it is. */
export function documentedSettings(): Values {
  const [, limits = ''] = /^GATEHOUSE_LIMITS=(\S+)/m.exec(documentation()) ?? [];
  return { GATEHOUSE_LIMITS: limits };
}

/** Makes the account and the clients by the very bodies that docs/conformance.md has sent. */
export async function setUpSuite(app: App): Promise<SuiteSetting> {
  const [profile, ...clients] = [...documentation().matchAll(/ -d '(\{.*?\})'/gs)].map(
    ([, json = '']) => JSON.parse(json.replaceAll(`'$SUITE'`, suiteUrl)) as object,
  );
  const [root, jane] = [await arrive(app, someone('root')), await arrive(app, someone('jane'))];
  await promote(app, root);
  accepted(await jane.api.patch('/v1/me', profile), 200);
  const made: SuiteClient[] = [];
  for (const client of clients) {
    made.push(accepted(await root.api.post<SuiteClient>('/v1/admin/clients', client), 201));
  }
  return { jane, root, clients: made as unknown as Clients };
}

/** Plays what the OpenID Foundation's suite asks of a provider, in one response mode. */
export class ConformanceSuite {
  constructor(
    private readonly app: App,
    private readonly mode: 'query' | 'form_post',
    private readonly person: Person,
  ) {}

  /** An authorization request as the suite's modules begin with. */
  request(client: SuiteClient, params: Params = {}): Values {
    const all = {
      client_id: client.client_id,
      redirect_uri: client.redirect_uris[0],
      scope: 'openid',
      state: randomBytes(16).toString('base64url'),
      nonce: randomBytes(16).toString('base64url'),
      response_type: 'code',
      response_mode: this.mode === 'form_post' ? 'form_post' : undefined,
      ...params,
    };
    const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return Object.fromEntries(given);
  }

  /** Has a browser open the request, and lets the person answer what is asked. */
  async authorize(browser: PageBrowser, request: Values, knows = true): Promise<Arrival> {
    return this.arrive(browser, await browser.open(`/oidc/auth?${new URLSearchParams(request)}`), knows);
  }

  /** Follows a page to the client. @param knows whether somebody is there to answer questions */
  async arrive(browser: PageBrowser, first: Page, knows = true): Promise<Arrival> {
    let [page, asked] = [first, false];
    for (let steps = 0; steps < 20; steps += 1) {
      if (page.location?.startsWith(suiteUrl)) {
        return { by: 'query', values: Object.fromEntries(new URL(page.location).searchParams), asked };
      }
      if (page.location !== null) page = await browser.open(page.location);
      else if (page.html.includes(`action="${suiteUrl}`)) return { by: 'form_post', values: fieldsOf(page), asked };
      else if (!knows || page.status !== 200) return { by: 'page', page };
      else {
        const { email: identifier, password } = this.person;
        const typed = page.html.includes('name="password"') ? { identifier, password } : {};
        asked ||= 'password' in typed;
        page = await browser.submit(page, typed as Values);
      }
    }
    throw new Error(`the walk does not end: ${page.status} ${page.html.slice(0, 500)}`);
  }

  /** What came to the client, by the response mode of these requests. */
  answered(arrival: Arrival): Values {
    if (arrival.by === 'page') throw new Error(`no answer: ${arrival.page.status} ${arrival.page.html.slice(0, 500)}`);
    expect(arrival.by).toBe(this.mode);
    return arrival.values;
  }

  /** At the token endpoint, by the client's own method of authentication. */
  token(client: SuiteClient, fields: Values): Promise<EndpointAnswer> {
    const { client_id: id, client_secret: secret } = client;
    const post = client.token_endpoint_auth_method === 'client_secret_post';
    const credentials = Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64');
    return this.call('/oidc/token', {
      method: 'POST',
      body: new URLSearchParams({ ...fields, ...(post ? { client_id: id, client_secret: secret } : {}) }),
      headers: post ? {} : { authorization: `Basic ${credentials}` },
    });
  }

  redeem(client: SuiteClient, { code = '' }: Values, more: Values = {}): Promise<EndpointAnswer> {
    const [redirectUri] = client.redirect_uris;
    return this.token(client, { grant_type: 'authorization_code', code, redirect_uri: redirectUri, ...more });
  }

  /** The whole way to tokens, the ID token verified against what was asked. */
  async signIn(client: SuiteClient, browser: PageBrowser, params: Params = {}): Promise<Tokens> {
    const request = this.request(client, params);
    const values = this.answered(await this.authorize(browser, request));
    expect(values).toEqual({ code: expect.any(String) as string, state: request['state'], iss: this.app.url });
    const { status, body } = await this.redeem(client, values);
    expect([status, body['token_type']]).toEqual([200, 'Bearer']);
    const tokens = body as unknown as Tokens;
    const claims = await this.verified(tokens.id_token);
    expect(claims).toMatchObject({ iss: this.app.url, aud: client.client_id });
    expect(claims['nonce']).toBe(request['nonce']);
    return tokens;
  }

  /** The claims of an ID token, by the published key that it names (RS256 where the client says nothing). */
  async verified(idToken: string): Promise<Readonly<Record<string, unknown>>> {
    const [header = '', claims = '', signature = ''] = idToken.split('.');
    const { alg, kid } = parsed(header);
    const { body } = await this.call('/oidc/jwks');
    const keys = body['keys'] as (JsonWebKey & { readonly kid: string })[];
    const key = createPublicKey({ key: keys.find((one) => one.kid === kid) ?? {}, format: 'jwk' });
    expect(alg).toBe('RS256');
    const signed = Buffer.from(`${header}.${claims}`);
    expect(verify('sha256', signed, key, Buffer.from(signature, 'base64url'))).toBe(true);
    return parsed(claims);
  }

  userinfo({ access_token: token }: Tokens, how: 'get' | 'post-header' | 'post-body' = 'get'): Promise<EndpointAnswer> {
    const headers = { authorization: `Bearer ${token}` };
    if (how === 'get') return this.call('/oidc/me', { headers });
    if (how === 'post-header') return this.call('/oidc/me', { method: 'POST', headers });
    return this.call('/oidc/me', { method: 'POST', body: new URLSearchParams({ access_token: token }) });
  }

  async call(path: string, request: RequestInit = {}): Promise<EndpointAnswer> {
    const response = await fetch(this.app.url + path, request);
    const text = await response.text();
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as EndpointAnswer['body'] };
  }
}

const parsed = (part: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;

function fieldsOf({ html }: Page): Values {
  const fields = [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
  return Object.fromEntries(fields.map(([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&')]));
}
