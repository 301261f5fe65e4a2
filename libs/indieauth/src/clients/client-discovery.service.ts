import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { type Fetched, FetchRefused, GuardedFetch, isLoopbackAddress, NoAnswer } from '@app/outbound';
import {
  type ClientDocument,
  ClientDocumentInvalid,
  readJsonDocument,
  readPage,
  unknownClient,
} from './client-document.js';
import { isLoopback } from './client-id.js';
import { IndieauthClientsRepository } from './clients.repository.js';
import { freshFor } from './freshness.js';

const limits = { json: 5 * 1024, page: 256 * 1024, timeoutMs: 5000 };
const accept = ['application/json', 'text/html', 'application/xhtml+xml'];

/** A client of which nothing usable came; its message is for the person at the browser. */
export class ClientUnknown extends Error {
  override readonly name = 'ClientUnknown';
}

/** Finds out who a client is: from what its identifier, an address, leads to (IndieAuth section 4.2). */
@Injectable()
export class ClientDiscovery {
  /** One fetch at a time of a client, and no second one at once after a failure. */
  private readonly underway = new LRUCache<string, Promise<ClientDocument>>({ max: 500, ttl: 5000 });

  constructor(
    private readonly clients: IndieauthClientsRepository,
    private readonly guarded: GuardedFetch,
  ) {}

  /** What is known by now: nothing is fetched. */
  async known(client: URL): Promise<ClientDocument | undefined> {
    return (await this.clients.find(client.href))?.document;
  }

  /** What the client says now, or said lately if it allows that. @throws ClientUnknown */
  async current(client: URL): Promise<ClientDocument> {
    const known = await this.clients.find(client.href);
    if (known?.fresh) return known.document;
    return this.underway.get(client.href) ?? this.begin(client);
  }

  private async begin(client: URL): Promise<ClientDocument> {
    const asked = this.discover(client);
    this.underway.set(client.href, asked);
    const document = await asked;
    this.underway.delete(client.href);
    return document;
  }

  private async discover(client: URL): Promise<ClientDocument> {
    if (await this.isThisMachine(client)) return this.keep(client, unknownClient, 0);
    const found = await this.fetch(client);
    try {
      return await this.keep(client, await read(client, found), freshFor(found.headers.get('cache-control')));
    } catch (error) {
      if (error instanceof ClientDocumentInvalid)
        throw new ClientUnknown(`The client's document is wrong: ${error.message}.`);
      throw error;
    }
  }

  /** Its document would be ours, or that of whoever asks: nothing is fetched. */
  private async isThisMachine({ hostname }: URL): Promise<boolean> {
    if (isLoopback(hostname)) return true;
    try {
      const { addresses, allowed } = await this.guarded.judge(hostname);
      return !allowed && addresses.length > 0 && addresses.every(isLoopbackAddress);
    } catch (error) {
      if (error instanceof NoAnswer) throw new ClientUnknown("The name of the client's host was not resolved.");
      throw error;
    }
  }

  private async fetch({ href }: URL): Promise<Fetched> {
    let found: Fetched;
    try {
      found = await this.guarded.get(href, { accept, maxBytes: limits.page, timeoutMs: limits.timeoutMs });
    } catch (error) {
      if (!(error instanceof FetchRefused)) throw error;
      throw new ClientUnknown(`The client's document could not be fetched. ${error.message}`);
    }
    if (found.status === 200) return found;
    throw new ClientUnknown(`The client's document could not be fetched: its server answered ${found.status}.`);
  }

  private async keep(client: URL, document: ClientDocument, seconds: number): Promise<ClientDocument> {
    await this.clients.save(client.href, document, seconds);
    return document;
  }
}

async function read({ href }: URL, { url, contentType, headers, body }: Fetched): Promise<ClientDocument> {
  if (contentType !== 'application/json') return readPage(url, headers.get('link'), body.toString());
  if (body.length > limits.json) throw new ClientDocumentInvalid(`it has more than ${limits.json} bytes`);
  return readJsonDocument(href, url, body.toString());
}
