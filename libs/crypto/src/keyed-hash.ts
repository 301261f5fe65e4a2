import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { CryptoConfig } from '@app/config';

/** HMAC-SHA-256 under subkeys of SECRET_KEY, one subkey a purpose, so that no digest means anything elsewhere. */
@Injectable()
export class KeyedHash {
  private readonly subkeys = new Map<string, Buffer>();

  constructor(private readonly config: CryptoConfig) {}

  /** 32 bytes. */
  digest(purpose: string, value: string): Buffer {
    return this.digestUnder(this.config.secretKey, purpose, value);
  }

  /** Whether `digest` was made of this value under the current or the previous SECRET_KEY. Constant time. */
  matches(purpose: string, value: string, digest: Buffer): boolean {
    const { secretKey, secretKeyPrevious } = this.config;
    return [secretKey, secretKeyPrevious].some(
      (secret) => secret !== undefined && constantTimeEqual(this.digestUnder(secret, purpose, value), digest),
    );
  }

  private digestUnder(secret: string, purpose: string, value: string): Buffer {
    const name = `${secret === this.config.secretKey ? 'current' : 'previous'} ${purpose}`;
    let subkey = this.subkeys.get(name);
    if (!subkey) {
      subkey = Buffer.from(hkdfSync('sha256', secret, '', `gatehouse/${purpose}`, 32));
      this.subkeys.set(name, subkey);
    }
    return createHmac('sha256', subkey).update(value).digest();
  }
}

/** Compares without telling by time where two values differ. */
export function constantTimeEqual(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
