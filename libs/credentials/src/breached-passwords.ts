import { createHash } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { Counter } from 'prom-client';
import { CredentialsConfig } from '@app/config';
import { Metrics } from '@app/health';
import { BreachRangeError, isAmong } from './breach-range.js';

/** Password changes wait for it, so it must not take longer than a person notices. */
const patienceMs = 1000;
/** A padded answer has about 40 KiB. */
const longestAnswer = 512 * 1024;

type Outcome = 'clear' | 'breached' | 'failed';

/**
 * Asks a service that speaks the range API of Pwned Passwords whether a password is known from breaches. It learns
 * the first five digits of the SHA-1 and no more (k-anonymity); padding hides from the network how many share them.
 */
@Injectable()
export class BreachedPasswords {
  private readonly logger = new Logger(BreachedPasswords.name);
  private readonly counter: Counter<'outcome'>;

  constructor(
    private readonly config: CredentialsConfig,
    metrics: Metrics,
  ) {
    this.counter = new Counter({
      name: 'gatehouse_breached_password_checks_total',
      help: 'New passwords held against known breaches: clear, breached, or failed and therefore let through',
      labelNames: ['outcome'],
      registers: [metrics.registry],
    });
    for (const outcome of ['clear', 'breached', 'failed'] as const) this.counter.inc({ outcome }, 0);
  }

  /** Never throws: a service that fails stops nobody from choosing a password (ASVS 6.2.12 with 16.5.3). */
  async isBreached(password: string): Promise<boolean> {
    const { hibpUrl } = this.config;
    if (hibpUrl === undefined) return false;
    const outcome = await this.ask(hibpUrl, password);
    this.counter.inc({ outcome });
    return outcome === 'breached';
  }

  private async ask(base: string, password: string): Promise<Outcome> {
    const digest = createHash('sha1').update(password.normalize('NFC')).digest('hex').toUpperCase();
    try {
      const answer = await range(`${base}/${digest.slice(0, 5)}`);
      return isAmong(digest.slice(5), answer) ? 'breached' : 'clear';
    } catch (error) {
      // The reason alone: an address in it would hold a part of the hash.
      this.logger.warn(`a new password was not held against known breaches: ${reasonOf(error)}`);
      return 'failed';
    }
  }
}

async function range(url: string): Promise<string> {
  const response = await fetch(url, {
    headers: { 'add-padding': 'true', 'user-agent': 'Gatehouse', accept: 'text/plain' },
    redirect: 'error',
    signal: AbortSignal.timeout(patienceMs),
  });
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel();
    throw new Unusable(`status ${response.status}`);
  }
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of response.body as AsyncIterable<Uint8Array>) {
    length += part.length;
    // Leaving the loop ends the connection.
    if (length > longestAnswer) throw new Unusable('an answer too long');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('latin1');
}

class Unusable extends Error {}

/** What undici throws tells where: only codes and names leave here. */
function reasonOf(error: unknown): string {
  if (error instanceof Unusable || error instanceof BreachRangeError) return error.message;
  const { name, cause } = error as { name?: unknown; cause?: { code?: unknown } };
  return typeof cause?.code === 'string' ? cause.code : String(name);
}
