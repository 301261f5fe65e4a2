import * as openid from 'openid-client';
import { type Page, type PageBrowser } from './page-browser.js';

export const redirectUri = 'https://client.example.test/callback';

/** Where a provider answers, and SQL as the owner of its database. */
export interface RunningProvider {
  readonly url: string;
  sql(text: string, values?: unknown[]): Promise<unknown>;
}

/** Who signs in. */
export interface Somebody {
  readonly email: string;
  readonly password: string;
}

/** A client of ours that a well-known library speaks for; its browser part is walked by a PageBrowser. */
export class RelyingParty {
  private constructor(
    readonly id: string,
    readonly config: openid.Configuration,
  ) {}

  /** @param metadata by RFC 7591 names, over those of a public client with PKCE */
  static async register(
    app: RunningProvider,
    id: string,
    metadata: Record<string, unknown> = {},
    firstParty = false,
  ): Promise<RelyingParty> {
    const whole = {
      client_name: `The ${id} app`,
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      ...metadata,
    };
    const sql = 'INSERT INTO oauth_clients (id, metadata, first_party) VALUES ($1, $2, $3)';
    await app.sql(sql, [id, whole, firstParty]);
    const execute = [openid.allowInsecureRequests];
    return new RelyingParty(id, await openid.discovery(new URL(app.url), id, undefined, openid.None(), { execute }));
  }

  /** Begins an authorization: what the browser is sent to, and what the answer is held against. */
  async begin(params: Readonly<Record<string, string>> = {}): Promise<Authorization> {
    const verifier = openid.randomPKCECodeVerifier();
    const [state, nonce] = [openid.randomState(), openid.randomNonce()];
    const address = openid.buildAuthorizationUrl(this.config, {
      redirect_uri: redirectUri,
      scope: 'openid email',
      state,
      nonce,
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...params,
    });
    return {
      address: address.href,
      checks: { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce },
    };
  }

  /** Redeems the code that a browser came back with. */
  redeem({ checks }: Authorization, answer: string): Promise<Tokens> {
    return openid.authorizationCodeGrant(this.config, new URL(answer), checks);
  }

  refresh(refreshToken: string): Promise<Tokens> {
    return openid.refreshTokenGrant(this.config, refreshToken);
  }

  userinfo({ access_token: accessToken }: { access_token: string }): Promise<openid.UserInfoResponse> {
    return openid.fetchUserInfo(this.config, accessToken, openid.skipSubjectCheck);
  }

  /** The whole way: signs in where that is asked for, allows what is asked for, and redeems the code. */
  async signIn(browser: PageBrowser, person: Somebody, params: Readonly<Record<string, string>> = {}): Promise<Tokens> {
    const authorization = await this.begin(params);
    return this.redeem(authorization, await walk(browser, authorization.address, person));
  }
}

export type Tokens = openid.TokenEndpointResponse & openid.TokenEndpointResponseHelpers;

export interface Authorization {
  readonly address: string;
  readonly checks: openid.AuthorizationCodeGrantChecks;
}

/** Opens an address and answers every page as `person` would, until it leads to the client. */
export async function walk(browser: PageBrowser, address: string, person?: Somebody): Promise<string> {
  let page = await browser.open(address);
  for (let steps = 0; steps < 20; steps += 1) {
    if (page.location?.startsWith(redirectUri)) return page.location;
    page = page.location === null ? await answer(browser, page, person) : await browser.open(page.location);
  }
  throw new Error(`the walk does not end: ${page.status} ${page.html.slice(0, 500)}`);
}

/** Opens an address and follows it to the first page that asks something, or to the client. */
export async function follow(browser: PageBrowser, address: string): Promise<Page> {
  let page = await browser.open(address);
  for (let hops = 0; hops < 10 && page.location !== null && !page.location.startsWith(redirectUri); hops += 1) {
    page = await browser.open(page.location);
  }
  return page;
}

async function answer(browser: PageBrowser, page: Page, person?: Somebody): Promise<Page> {
  if (person === undefined || page.status !== 200) throw new Error(`asked: ${page.status} ${page.html.slice(0, 500)}`);
  const typed = page.html.includes('name="password"') ? { identifier: person.email, password: person.password } : {};
  return browser.submit(page, typed);
}
