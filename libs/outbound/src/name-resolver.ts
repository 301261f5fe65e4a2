import { lookup, Resolver } from 'node:dns/promises';
import { getServers } from 'node:dns';
import { Injectable } from '@nestjs/common';
import { OutboundConfig } from '@app/config';

/** Ms for one question to one server. */
const patience = 2000;
/** Asked where the system's name servers give no answer. */
const publicServers = ['1.1.1.1', '9.9.9.9', '8.8.8.8'];
/** Answers, though they say that there is nothing. */
const nothingThere = new Set(['ENOTFOUND', 'ENODATA']);

/** No name server gave an answer: nothing is known of the name. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** Asks name servers about names that others gave: DNS_SERVERS where they are set, else the system's. */
@Injectable()
export class NameResolver {
  constructor(private readonly config: OutboundConfig) {}

  /** The addresses of a host, none where there is no such. @throws NoAnswer */
  async addresses(host: string): Promise<string[]> {
    if (this.config.dnsServers.length === 0) return this.asTheSystem(host);
    const resolver = resolverOf([...this.config.dnsServers]);
    const found = await Promise.all([answer(resolver.resolve4(host)), answer(resolver.resolve6(host))]);
    return found.flat();
  }

  /** The TXT records of a name, their parts joined. @throws NoAnswer where neither server knew */
  async texts(name: string): Promise<string[]> {
    const own = this.config.dnsServers;
    const asked = own.length > 0 ? [[...own]] : [getServers(), publicServers];
    for (const [index, servers] of asked.entries()) {
      try {
        return (await answer(resolverOf(servers).resolveTxt(name))).map((parts) => parts.join(''));
      } catch (error) {
        if (index === asked.length - 1) throw error;
      }
    }
    return [];
  }

  private async asTheSystem(host: string): Promise<string[]> {
    return (await answer(lookup(host, { all: true }))).map(({ address }) => address);
  }
}

function resolverOf(servers: readonly string[]): Resolver {
  const resolver = new Resolver({ timeout: patience, tries: 1 });
  resolver.setServers(servers);
  return resolver;
}

async function answer<Answer>(question: Promise<Answer[]>): Promise<Answer[]> {
  try {
    return await question;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== undefined && nothingThere.has(code)) return [];
    throw new NoAnswer(`no name server answers: ${code ?? String(error)}`);
  }
}
