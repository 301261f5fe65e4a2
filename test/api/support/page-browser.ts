import { CookieJar } from '../../support/api-client.js';

export interface Page {
  readonly status: number;
  readonly html: string;
  readonly headers: Headers;
  /** Where a redirect leads. */
  readonly location: string | null;
}

/** A browser without JavaScript: it follows what it is told to, keeps cookies, and fills in forms. */
export class PageBrowser {
  readonly jar = new CookieJar();

  constructor(private readonly baseUrl: string) {}

  /** Opens an address without following where it leads. */
  open(address: string): Promise<Page> {
    return this.send(address, { method: 'GET' });
  }

  /** Opens an address and goes where it leads. */
  async visit(address: string): Promise<Page> {
    let page = await this.open(address);
    for (let hops = 0; page.location !== null && hops < 5; hops += 1) page = await this.open(page.location);
    return page;
  }

  /** Presses the button of a page's first form, with what was typed. */
  async submit(page: Page, typed: Readonly<Record<string, string>> = {}): Promise<Page> {
    const [, action, form = ''] = /<form[^>]* action="([^"]+)"(.*?)<\/form>/s.exec(page.html) ?? [];
    if (action === undefined) throw new Error(`no form on the page: ${page.status} ${page.html.slice(0, 400)}`);
    const hidden = [...form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)];
    const fields = Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value]));
    return this.post(action, { ...fields, ...typed });
  }

  /** Posts a form, as our own pages do. */
  post(path: string, fields: Readonly<Record<string, string>>, headers: Record<string, string> = {}): Promise<Page> {
    return this.send(path, {
      method: 'POST',
      body: new URLSearchParams(fields).toString(),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        origin: this.baseUrl,
        'sec-fetch-site': 'same-origin',
        ...headers,
      },
    });
  }

  private async send(address: string, request: RequestInit): Promise<Page> {
    const cookie = this.jar.header();
    const response = await fetch(new URL(address, this.baseUrl), {
      ...request,
      redirect: 'manual',
      headers: { ...(request.headers as Record<string, string>), ...(cookie === '' ? {} : { cookie }) },
    });
    this.jar.take(response.headers);
    return {
      status: response.status,
      html: await response.text(),
      headers: response.headers,
      location: response.headers.get('location'),
    };
  }
}
