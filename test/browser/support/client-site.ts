import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as openid from 'openid-client';
import { type Authorization, RelyingParty, type RunningProvider } from '../../api/support/relying-party.js';

export interface SiteOptions {
  readonly firstParty?: boolean;
  readonly params?: Readonly<Record<string, string>>;
  /** Its requests to the provider are forms that a browser posts, not links. */
  readonly posts?: boolean;
  /** Where its callback sends browsers on to, once it has redeemed the code. */
  readonly onward?: string;
}

/** The site of a client, on an origin of its own: it signs browsers in and out at the provider. */
export class ClientSite {
  private client: RelyingParty | undefined;
  private readonly begun = new Map<string, Authorization>();
  private idToken = '';

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  /** @param metadata over those of a public client with PKCE */
  static async open(provider: RunningProvider, id: string, options: SiteOptions = {}): Promise<ClientSite> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const site = new ClientSite(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const metadata = { redirect_uris: [`${site.url}/callback`], post_logout_redirect_uris: [`${site.url}/bye`] };
    site.client = await RelyingParty.register(provider, id, metadata, options.firstParty);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      site.answer(request, options).then(
        (html) => {
          const { onward } = options;
          if (onward !== undefined && request.url?.startsWith('/callback?'))
            response.writeHead(303, { location: onward });
          else response.setHeader('content-type', 'text/html');
          response.end(html);
        },
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
    });
    return site;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer(request: IncomingMessage, { params = {}, posts = false }: SiteOptions): Promise<string> {
    const { client } = this;
    if (client === undefined) throw new Error('not open yet');
    const address = new URL(request.url ?? '/', this.url);
    if (address.pathname === '/callback') return this.arrive(client, await withForm(request, address), posts);
    if (address.pathname === '/bye') return '<h1>Good bye</h1>';
    const authorization = await client.begin({ redirect_uri: `${this.url}/callback`, ...params });
    this.begun.set(authorization.checks.expectedState as string, authorization);
    return page('Welcome', leads(authorization.address, 'Sign in with Gatehouse', posts));
  }

  private async arrive(client: RelyingParty, address: URL, posts: boolean): Promise<string> {
    if (address.searchParams.has('error')) return page(`Refused: ${escaped(address.searchParams.get('error') ?? '')}`);
    const authorization = this.begun.get(address.searchParams.get('state') ?? '');
    if (authorization === undefined) throw new Error('an answer that nobody asked for');
    const tokens = await client.redeem(authorization, address.href);
    this.idToken = tokens.id_token ?? '';
    const { email } = await client.userinfo(tokens);
    const signOut = openid.buildEndSessionUrl(client.config, {
      id_token_hint: this.idToken,
      post_logout_redirect_uri: `${this.url}/bye`,
    });
    return page(`Hello ${email ?? ''}`, leads(signOut.href, 'Sign out', posts));
  }
}

/** As if what was posted (`response_mode=form_post`) had come in the address. */
async function withForm(request: IncomingMessage, address: URL): Promise<URL> {
  if (request.method !== 'POST') return address;
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return new URL(`${address.pathname}?${body}`, address);
}

function leads(href: string, label: string, posts: boolean): string {
  if (!posts) return `<a href="${escaped(href)}">${label}</a>`;
  const { origin, pathname, searchParams } = new URL(href);
  const fields = [...searchParams].map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${escaped(value)}">`,
  );
  return `<form method="post" action="${origin}${pathname}">${fields.join('')}<button>${label}</button></form>`;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
const page = (title: string, more = ''): string => `<!doctype html><title>Client</title><h1>${title}</h1>${more}`;
