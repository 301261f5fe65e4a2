import { createHash, randomBytes } from 'node:crypto';
import type { App } from '../../support/app.js';
import type { Person } from '../../support/people.js';
import { type Page, PageBrowser } from './page-browser.js';

/** What the browser is sent to, and what the answer is held against. */
export interface IndieauthRequest {
  readonly address: string;
  readonly state: string;
  readonly verifier: string;
}

/** An answer of an endpoint that a client calls. */
export interface EndpointAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

/** Somebody's application that speaks IndieAuth as the specification has it, with nothing of ours. */
export class IndieauthClient {
  constructor(
    readonly app: Pick<App, 'url'>,
    readonly id: string,
    readonly redirectUri: string = new URL('/callback', id).href,
  ) {}

  /** Section 5.2. `undefined` leaves a parameter out. */
  begin(params: Readonly<Record<string, string | undefined>> = {}): IndieauthRequest {
    const [state, verifier] = [randomBytes(16).toString('base64url'), randomBytes(32).toString('base64url')];
    const address = new URL(`${this.app.url}/indieauth/auth`);
    const all = {
      response_type: 'code',
      client_id: this.id,
      redirect_uri: this.redirectUri,
      state,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      scope: 'profile create',
      ...params,
    };
    for (const [name, value] of Object.entries(all)) if (value !== undefined) address.searchParams.set(name, value);
    return { address: address.href, state, verifier };
  }

  /** Walks a browser through sign-in and consent, as `person` who chooses `me`, to the client. */
  async walk(browser: PageBrowser, address: string, person: Person, me: string): Promise<URL> {
    let page = await this.follow(browser, address);
    for (let steps = 0; steps < 5 && page.location === null; steps += 1) {
      const typed = page.html.includes('name="password"')
        ? { identifier: person.email, password: person.password }
        : { me };
      const next = await browser.submit(page, typed as Record<string, string>);
      if (next.location === null) throw new Error(`asked again: ${next.status} ${next.html.slice(0, 600)}`);
      page = await this.follow(browser, next.location);
    }
    if (page.location === null) throw new Error(`the walk does not end: ${page.status}`);
    return new URL(page.location);
  }

  /** Opens an address and follows it to the first page that asks something, or to the client. */
  async follow(browser: PageBrowser, address: string): Promise<Page> {
    let page = await browser.open(address);
    for (let hops = 0; hops < 10 && page.location !== null && !this.isOurs(page.location); hops += 1) {
      page = await browser.open(page.location);
    }
    return page;
  }

  /** A code of somebody who allowed everything. */
  async authorize(
    person: Person,
    me: string,
    params: Readonly<Record<string, string | undefined>> = {},
    browser = new PageBrowser(this.app.url),
  ): Promise<{ readonly code: string; readonly verifier: string }> {
    const { address, verifier, state } = this.begin(params);
    const answer = await this.walk(browser, address, person, me);
    if (answer.searchParams.get('state') !== state) throw new Error('another state came back');
    const code = answer.searchParams.get('code');
    if (code === null) throw new Error(`no code: ${answer.href}`);
    return { code, verifier };
  }

  /** Section 5.3: at `/auth` for who somebody is, at `/token` for a token; at a whole address for another process. */
  redeem(
    endpoint: string,
    { code, verifier }: { readonly code: string; readonly verifier: string },
    changes: Readonly<Record<string, string>> = {},
  ): Promise<EndpointAnswer> {
    return this.post(endpoint, {
      grant_type: 'authorization_code',
      code,
      client_id: this.id,
      redirect_uri: this.redirectUri,
      code_verifier: verifier,
      ...changes,
    });
  }

  refresh(refreshToken: string, changes: Readonly<Record<string, string>> = {}): Promise<EndpointAnswer> {
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: this.id };
    return this.post('/token', { ...form, ...changes });
  }

  /** The tokens of somebody who allowed everything. */
  async tokens(person: Person, me: string, scope = 'profile create'): Promise<Record<string, string>> {
    const { status, body } = await this.redeem('/token', await this.authorize(person, me, { scope }));
    if (status !== 200) throw new Error(`no token: ${JSON.stringify(body)}`);
    return body as Record<string, string>;
  }

  post(
    path: string,
    form: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<EndpointAnswer> {
    return this.call(path, { method: 'POST', body: new URLSearchParams(form), headers });
  }

  async call(path: string, request: RequestInit): Promise<EndpointAnswer> {
    const response = await fetch(path.startsWith('http') ? path : `${this.app.url}/indieauth${path}`, request);
    const text = await response.text();
    const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
    return { status: response.status, body, headers: response.headers };
  }

  private isOurs(location: string): boolean {
    return location.startsWith(this.redirectUri);
  }
}

/** Makes a page somebody's proved one, as if they had gone the whole way. */
export async function ownPage(
  app: { sql(text: string, values?: unknown[]): Promise<unknown> },
  person: Person,
  me: string,
): Promise<string> {
  await app.sql(
    `INSERT INTO indieauth_domains (id, user_id, me, domain, txt_value, dns_proved_at, email_proved_at, verified_at)
     SELECT gen_random_uuid(), id, $2, $3, 'x', app_now(), app_now(), app_now() FROM users WHERE email_key = $1`,
    [person.email.toLowerCase(), me, new URL(me).hostname],
  );
  return me;
}
