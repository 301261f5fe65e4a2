import { emailKey, parseEmail } from '@app/users';
import { linkTargets } from '../link-header.js';
import { readMicroformats } from '../read-page.js';

/** What somebody's page says, as far as it proves anything. */
export interface ProfilePage {
  /** Whether it sends clients to this server, and to no other first. */
  readonly declaresUs: boolean;
  /** The address that it publishes as its owner's. */
  readonly email: string | undefined;
}

/** Where this server is, in the ways that a page may say it. */
export interface ServerAddresses {
  readonly metadata: readonly string[];
  readonly authorizationEndpoint: string;
}

/** Reads a page as a client would (IndieAuth section 4.1): Link headers before the document, the first of each. */
export async function readProfilePage(
  url: string,
  link: string | null,
  html: string,
  server: ServerAddresses,
): Promise<ProfilePage> {
  const { rels } = await readMicroformats(url, html);
  const first = (relation: string): string | undefined => {
    const [target] = [...linkTargets(link, relation), ...(rels[relation] ?? [])];
    return target !== undefined && URL.canParse(target, url) ? new URL(target, url).href : undefined;
  };
  const metadata = first('indieauth-metadata');
  const declaresUs =
    metadata === undefined
      ? first('authorization_endpoint') === server.authorizationEndpoint
      : server.metadata.includes(metadata);
  return { declaresUs, email: (rels['me'] ?? []).map(mailtoAddress).find((address) => address !== undefined) };
}

function mailtoAddress(target: string): string | undefined {
  const [, encoded = ''] = /^mailto:([^?,]+)/i.exec(target) ?? [];
  try {
    const text = decodeURIComponent(encoded);
    return emailKey(text) === undefined ? undefined : parseEmail(text).address;
  } catch {
    return undefined;
  }
}
