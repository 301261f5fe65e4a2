import { Injectable } from '@nestjs/common';
import { HttpConfig } from '@app/config';
import { type Fetched, FetchRefused, GuardedFetch, NameResolver, NoAnswer } from '@app/outbound';
import { nameServersSilent, pageUnreadable } from '../indieauth.errors.js';
import { issuerOf, metadataAddress, rootMetadataAddress } from '../metadata.js';
import { PageTooSlow } from '../read-page.js';
import { type ProfilePage, readProfilePage, type ServerAddresses } from './profile-page.js';

const limits = { accept: ['text/html', 'application/xhtml+xml'], maxBytes: 256 * 1024, timeoutMs: 5000 };

/** Asks the world about a domain: its name servers, and its page. */
@Injectable()
export class DomainEvidence {
  private readonly server: ServerAddresses;

  constructor(
    private readonly resolver: NameResolver,
    private readonly guarded: GuardedFetch,
    { publicUrl }: HttpConfig,
  ) {
    this.server = {
      metadata: [metadataAddress(publicUrl), rootMetadataAddress(publicUrl)],
      authorizationEndpoint: `${issuerOf(publicUrl)}/auth`,
    };
  }

  /** @throws AppError upstream `indieauth.name_servers_silent` */
  async hasTxtRecord(domain: string, value: string): Promise<boolean> {
    try {
      return (await this.resolver.texts(txtName(domain))).includes(value);
    } catch (error) {
      if (error instanceof NoAnswer) throw nameServersSilent();
      throw error;
    }
  }

  /** @throws AppError upstream `indieauth.page_unreadable` */
  async page(me: string): Promise<ProfilePage> {
    const { url, headers, body } = await this.fetch(me);
    try {
      return await readProfilePage(url, headers.get('link'), body.toString(), this.server);
    } catch (error) {
      throw error instanceof PageTooSlow ? pageUnreadable('It takes too long to read.') : error;
    }
  }

  private async fetch(me: string): Promise<Fetched> {
    try {
      const found = await this.guarded.get(me, limits);
      if (found.status === 200) return found;
      throw pageUnreadable(`Its server answered ${found.status}.`);
    } catch (error) {
      if (error instanceof FetchRefused) throw pageUnreadable(error.message);
      throw error;
    }
  }
}

/** The name whose TXT record proves a domain. */
export const txtName = (domain: string): string => `_gatehouse.${domain}`;
