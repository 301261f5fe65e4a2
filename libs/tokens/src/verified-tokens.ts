import type { KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { sha256 } from '@app/crypto';

/** About 4 MB when full. */
const defaultCapacity = 5000;

interface Verified<Claims> {
  readonly key: KeyObject;
  readonly kid: string;
  readonly claims: Claims;
}

/**
 * Claims of tokens whose signature was found right: a client sends one token many times, and an ES256 verification
 * is half the cost of a session check. Whether the key still counts is asked each time; whether the token has
 * expired or its session ended never is remembered here.
 */
export class VerifiedTokens<Claims extends object> {
  private readonly tokens: LRUCache<string, Verified<Claims>>;

  constructor(capacity = defaultCapacity) {
    this.tokens = new LRUCache({ max: capacity });
  }

  /** @param keyOf the key a kid names now; undefined where it is retired. */
  find(token: string, keyOf: (kid: string) => KeyObject | undefined): Claims | undefined {
    const found = this.tokens.get(nameOf(token));
    return found && keyOf(found.kid) === found.key ? found.claims : undefined;
  }

  add(token: string, kid: string, key: KeyObject, claims: Claims): void {
    this.tokens.set(nameOf(token), { kid, key, claims });
  }
}

/** Of the whole token, signature and all; the token itself is a secret, and is not kept. */
const nameOf = (token: string): string => sha256(token).toString('latin1');
