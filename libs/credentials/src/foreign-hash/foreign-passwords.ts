import { Injectable } from '@nestjs/common';
import { PasswordHasher } from '@app/crypto';
import { AppError } from '@app/errors';
import type { KeycloakPassword } from './keycloak.js';
import { parseForeignHash } from './parse-foreign-hash.js';

/** Tells a foreign hash from one of ours that looks the same: ours are of passwords after NFC, others' may not be. */
const mark = 'foreign:';

export const isForeign = (stored: string): boolean => stored.startsWith(mark);

/** A stored hash as another system, or this one, would take it in. */
export const withoutMark = (stored: string): string => (isForeign(stored) ? stored.slice(mark.length) : stored);

/** How a hash of another system is stored. @throws AppError as `parseForeignHash` */
export const storedForeign = (given: string | KeycloakPassword): string => mark + parseForeignHash(given).text;

/** Compares passwords with hashes that other systems made, on the pool that bounds our own hashing. */
@Injectable()
export class ForeignPasswords {
  constructor(private readonly hasher: PasswordHasher) {}

  /**
   * The password as it was typed, then after NFC where that is another: no telling what the other system did. A hash
   * past the bounds, which no import stores, is not compared.
   * @throws AppError unavailable `crypto.hashing_overloaded`
   */
  async verify(stored: string, password: string): Promise<boolean> {
    const hash = affordable(withoutMark(stored));
    if (!hash) return false;
    for (const form of new Set([password, password.normalize('NFC')])) {
      if (await this.hasher.onPool(() => hash.matches(Buffer.from(form)))) return true;
    }
    return false;
  }
}

function affordable(text: string): ReturnType<typeof parseForeignHash> | undefined {
  try {
    return parseForeignHash(text);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}
