import { OpenApiCheck } from './openapi.js';
import type { OpenApiDocument } from './openapi-schemas.js';

/** An answer that the OpenAPI document knows. */
export interface Answer<Body> {
  readonly status: number;
  /** Parsed where it is JSON, text otherwise, undefined where there is none. */
  readonly body: Body;
  readonly headers: Headers;
}

export interface CallOptions {
  readonly bearer?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ClientOptions extends CallOptions {
  /** Where /openapi.json is, if not on the same port. */
  readonly documentUrl?: string;
  /** Keeps cookies and sends them back, as a browser on our own pages does. */
  readonly jar?: CookieJar;
}

type JsonObject = Record<string, unknown>;

const checks = new Map<string, Promise<OpenApiCheck>>();

/**
 * Calls the API and holds every answer against its OpenAPI document: path, method, status, content type, and the
 * body without undeclared members. Redirects are not followed.
 */
export class ApiClient {
  constructor(
    readonly baseUrl: string,
    private readonly options: ClientOptions = {},
  ) {}

  /** The same API, called with an access token. */
  as(bearer: string): ApiClient {
    return new ApiClient(this.baseUrl, { ...this.options, bearer });
  }

  /** The same API, called like a browser that keeps cookies. */
  withCookies(jar: CookieJar = new CookieJar()): ApiClient {
    return new ApiClient(this.baseUrl, { ...this.options, jar });
  }

  get<Body = JsonObject>(path: string, options?: CallOptions): Promise<Answer<Body>> {
    return this.call<Body>('GET', path, undefined, options);
  }

  post<Body = JsonObject>(path: string, body?: unknown, options?: CallOptions): Promise<Answer<Body>> {
    return this.call<Body>('POST', path, body, options);
  }

  put<Body = JsonObject>(path: string, body?: unknown, options?: CallOptions): Promise<Answer<Body>> {
    return this.call<Body>('PUT', path, body, options);
  }

  patch<Body = JsonObject>(path: string, body?: unknown, options?: CallOptions): Promise<Answer<Body>> {
    return this.call<Body>('PATCH', path, body, options);
  }

  delete<Body = JsonObject>(path: string, body?: unknown, options?: CallOptions): Promise<Answer<Body>> {
    return this.call<Body>('DELETE', path, body, options);
  }

  /** `body` is sent as JSON; a string as it is, for bodies that are not. */
  async call<Body>(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<Answer<Body>> {
    const response = await fetch(new URL(path, this.baseUrl), {
      method,
      redirect: 'manual',
      headers: this.headersOf(body, options),
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const contentType = response.headers.get('content-type');
    const parsed =
      text === '' ? undefined : /[/+]json\b/.test(contentType ?? '') ? (JSON.parse(text) as unknown) : text;
    this.options.jar?.take(response.headers);
    (await this.check()).expect({
      method,
      path: new URL(path, this.baseUrl).pathname,
      status: response.status,
      contentType,
      body: parsed,
    });
    return { status: response.status, body: parsed as Body, headers: response.headers };
  }

  private headersOf(body: unknown, options: CallOptions): Record<string, string> {
    const bearer = options.bearer ?? this.options.bearer;
    const cookies = this.options.jar?.header() ?? '';
    return {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      ...(cookies === '' ? {} : { cookie: cookies, 'sec-fetch-site': 'same-origin' }),
      ...this.options.headers,
      ...options.headers,
    };
  }

  private check(): Promise<OpenApiCheck> {
    const url = new URL('/openapi.json', this.options.documentUrl ?? this.baseUrl).href;
    let check = checks.get(url);
    if (!check) {
      check = fetch(url).then(async (response) => new OpenApiCheck((await response.json()) as OpenApiDocument));
      checks.set(url, check);
    }
    return check;
  }
}

/** Cookies by name: tests talk to one host. */
export class CookieJar {
  private readonly cookies = new Map<string, string>();

  get(name: string): string | undefined {
    return this.cookies.get(name);
  }

  set(name: string, value: string): void {
    this.cookies.set(name, value);
  }

  header(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  take(headers: Headers): void {
    for (const line of headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';');
      const equals = pair.indexOf('=');
      const name = pair.slice(0, equals).trim();
      const gone = attributes.some((attribute) => /^\s*max-age=0\s*$/i.test(attribute));
      if (gone) this.cookies.delete(name);
      else this.cookies.set(name, pair.slice(equals + 1).trim());
    }
  }
}
