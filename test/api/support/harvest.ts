/** What a request or an answer carried, by where it was. */
type Gathered = Map<string, string>;

/** Members of JSON and of forms, and parameters of addresses, whose values nobody else may know. */
const secretNames =
  /^(code|state|nonce|code_verifier|access_token|refresh_token|id_token|id_token_hint|logout_token|device_code|user_code|verification_uri_complete|request_uri|client_secret|clientSecret|registration_access_token|initial_access_token|client_assertion|token|csrf|xsrf|accessToken|refreshToken|secret|binding|password|newPassword)$/;
/** Paths in which the last part knows an interaction or a mailed link. */
const secretPaths = /\/(?:interaction|auth|link\/[\w-]+)\/([\w-]{20,})/g;

/** Gathers every secret that goes to an app or comes from it: what a test sends, is answered, and is led to. */
export class Harvest {
  private readonly gathered: Gathered = new Map();
  private readonly fetch = globalThis.fetch;
  private readonly reading: Promise<void>[] = [];

  /** Watches every request of this process until stop(). */
  constructor() {
    globalThis.fetch = async (...[resource, init]) => {
      this.ofRequest(resource, init);
      const response = await this.fetch(resource, init);
      this.reading.push(this.ofAnswer(response.clone()));
      return response;
    };
  }

  stop(): void {
    globalThis.fetch = this.fetch;
  }

  /** By name and number. */
  async secrets(): Promise<ReadonlyMap<string, string>> {
    await Promise.all(this.reading);
    return this.gathered;
  }

  keep(name: string, value: string): string {
    const [bare = value] = value.split('#');
    // What is shorter stands in a dump by chance; a code of six digits most of all.
    if (bare.length >= 8 && !/^\d+$/.test(bare)) this.gathered.set(`${name} ${this.gathered.size}`, bare);
    for (const part of bare.split('.')) if (part.startsWith('eyJ')) this.ofClaims(name, part);
    return value;
  }

  private ofRequest(resource: RequestInfo | URL, init?: RequestInit): void {
    this.ofAddress(resource instanceof Request ? resource.url : String(resource));
    const headers = new Headers(init?.headers);
    const [scheme, credential = ''] = (headers.get('authorization') ?? '').split(' ');
    if (scheme === 'Basic') {
      const [, secret = ''] = Buffer.from(credential, 'base64').toString().split(':');
      this.keep('client secret', decodeURIComponent(secret));
    } else this.keep('authorization', credential);
    const proof = headers.get('dpop');
    if (proof !== null) this.keep('proof', proof);
    if (init?.body !== undefined && init.body !== null) this.ofText(String(init.body));
  }

  private async ofAnswer(response: Response): Promise<void> {
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      this.keep(`cookie ${name}`, value);
    }
    const location = response.headers.get('location');
    if (location !== null) this.ofAddress(new URL(location, response.url).href);
    const nonce = response.headers.get('dpop-nonce');
    if (nonce !== null) this.keep('nonce', nonce);
    this.ofText(await response.text());
  }

  private ofAddress(address: string): void {
    const { pathname, searchParams } = new URL(address);
    for (const [, part = ''] of pathname.matchAll(secretPaths)) this.keep('path', part);
    for (const [name, value] of searchParams) this.ofMember(name, value);
  }

  /** JSON, a form, or a page with forms. */
  private ofText(text: string): void {
    if (/^\s*[[{]/.test(text)) this.ofJson(JSON.parse(text));
    else if (/^\s*</.test(text)) this.ofPage(text);
    else for (const [name, value] of new URLSearchParams(text)) this.ofMember(name, value);
  }

  private ofPage(html: string): void {
    for (const [, name = '', value = ''] of html.matchAll(/<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"/g)) {
      this.ofMember(name, value);
    }
    for (const [, part = ''] of html.matchAll(secretPaths)) this.keep('path', part);
  }

  private ofJson(value: unknown, name = ''): void {
    if (typeof value === 'string') this.ofMember(name, value);
    else if (typeof value === 'object' && value !== null) {
      for (const [member, inner] of Object.entries(value)) this.ofJson(inner, Array.isArray(value) ? name : member);
    }
  }

  private ofMember(name: string, value: string): void {
    if (!secretNames.test(name) && name !== 'backupCodes') return;
    // RFC 9126 section 2.2: the address of a pushed request ends in its secret.
    const bare = name === 'request_uri' ? value.slice(value.lastIndexOf(':') + 1) : value;
    if (bare.startsWith('http')) this.ofAddress(bare);
    else this.keep(name, bare);
  }

  /** The ids that a JWT tells of a session or of itself. */
  private ofClaims(name: string, part: string): void {
    const claims = JSON.parse(Buffer.from(part, 'base64url').toString()) as { jti?: string; sid?: string };
    // A UUID is a row's: nobody gets in with it.
    for (const id of [claims.jti, claims.sid]) if (id !== undefined && id.length !== 36) this.keep(`id in ${name}`, id);
  }
}
