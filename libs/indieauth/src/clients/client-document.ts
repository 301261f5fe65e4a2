import { linkTargets } from '../link-header.js';
import { type Microformats, PageTooSlow, readMicroformats } from '../read-page.js';
import { clientUrl } from './client-id.js';

/** What a client says of itself, judged. */
export interface ClientDocument {
  readonly name: string | null;
  /** Where people read about it. */
  readonly uri: string | null;
  readonly logo: string | null;
  readonly redirectUris: readonly string[];
}

/** A document that breaks the rules; its message is for the client's developer. */
export class ClientDocumentInvalid extends Error {
  override readonly name = 'ClientDocumentInvalid';
}

/** Of a client that nothing is known of. */
export const unknownClient: ClientDocument = { name: null, uri: null, logo: null, redirectUris: [] };

const longestList = 50;

/** Reads a JSON client document (IndieAuth section 4.2.1). @throws ClientDocumentInvalid */
export function readJsonDocument(clientId: string, url: string, body: string): ClientDocument {
  const document = parsed(body);
  const { client_id: id, client_uri: uri, client_name: name, logo_uri: logo, redirect_uris: redirects = [] } = document;
  if (typeof id !== 'string' || clientUrl(id)?.href !== clientId) {
    throw new ClientDocumentInvalid('its client_id is not the address it was fetched from');
  }
  const home = typeof uri === 'string' && URL.canParse(uri) ? new URL(uri).href : undefined;
  if (home === undefined || !clientId.startsWith(home)) {
    throw new ClientDocumentInvalid('its client_uri is not the beginning of its client_id');
  }
  if (!Array.isArray(redirects) || redirects.some((one) => typeof one !== 'string')) {
    throw new ClientDocumentInvalid('its redirect_uris are no list of texts');
  }
  return {
    name: line(name),
    uri: home,
    logo: typeof logo === 'string' ? webAddress(logo, url) : null,
    redirectUris: resolved(redirects as string[], url),
  };
}

/**
 * Reads a page with an h-app (IndieAuth section 4.2.1.1); what it does not say is not known.
 * @throws ClientDocumentInvalid
 */
export async function readPage(url: string, link: string | null, html: string): Promise<ClientDocument> {
  const { items, rels } = await microformatsOf(url, html);
  const app = items.find(({ type = [] }) => type.includes('h-app') || type.includes('h-x-app'));
  const first = (property: string): string | null => textOf(app?.properties[property]?.[0]);
  const [home, logo] = [first('url'), first('logo')];
  return {
    name: line(first('name')),
    uri: home === null ? null : webAddress(home, url),
    logo: logo === null ? null : webAddress(logo, url),
    redirectUris: resolved([...linkTargets(link, 'redirect_uri'), ...(rels['redirect_uri'] ?? [])], url),
  };
}

async function microformatsOf(url: string, html: string): Promise<Microformats> {
  try {
    return await readMicroformats(url, html);
  } catch (error) {
    throw error instanceof PageTooSlow ? new ClientDocumentInvalid('it takes too long to read') : error;
  }
}

function parsed(body: string): Record<string, unknown> {
  try {
    const document: unknown = JSON.parse(body);
    if (typeof document === 'object' && document !== null) return document as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new ClientDocumentInvalid('it is no JSON object');
}

function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  const inner = (value as { value?: unknown } | null | undefined)?.value;
  return typeof inner === 'string' ? inner : null;
}

const line = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== ''
    ? value
        .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
        .trim()
        .slice(0, 100)
    : null;

function webAddress(text: string, base: string): string | null {
  const url = URL.canParse(text, base) ? new URL(text, base) : undefined;
  return url && /^https?:$/.test(url.protocol) ? url.href : null;
}

const resolved = (addresses: readonly string[], base: string): string[] =>
  [...new Set(addresses)]
    .slice(0, longestList)
    .filter((address) => URL.canParse(address, base))
    // One that is whole stays as it is written: it is compared letter by letter.
    .map((address) => (URL.canParse(address) ? address : new URL(address, base).href));
