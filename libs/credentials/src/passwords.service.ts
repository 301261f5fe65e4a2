import { Injectable } from '@nestjs/common';
import { RuntimeConfig } from '@app/config';
import { PasswordHasher, type PasswordVerdict } from '@app/crypto';
import type { Tx } from '@app/database';
import { FailureCounters } from '@app/limits';
import type { UserId } from '@app/users';
import { BreachedPasswords } from './breached-passwords.js';
import { ForeignPasswords, isForeign } from './foreign-hash/foreign-passwords.js';
import { assertAcceptable, maximumLength, refusal } from './password-policy.js';
import { type PasswordAccount, PasswordsRepository } from './passwords.repository.js';

/** Wrong ones in a row after which a password is good for nothing until a new one is set (NIST SP 800-63B-4 3.2.2). */
export const failureLimit = 100;

const ownAttempts = (userId: UserId): string => `own password\n${userId}`;

/** Whose password it is to be: its words may not make up the password. */
export interface PasswordOwner {
  readonly email: string;
  readonly username?: string | null | undefined;
}

/** A password that passed the policy and was hashed; the only thing that can be set. */
export interface HashedPassword {
  readonly hash: string;
}

/** `account` is set where the identifier is known, whether or not the password proves it. */
export type PasswordCheck =
  | { readonly proven: true; readonly account: PasswordAccount }
  | { readonly proven: false; readonly account: PasswordAccount | undefined };

/** Passwords: judged, hashed, set and verified. Hashing stays outside transactions. */
@Injectable()
export class Passwords {
  constructor(
    private readonly repository: PasswordsRepository,
    private readonly hasher: PasswordHasher,
    private readonly foreign: ForeignPasswords,
    private readonly breaches: BreachedPasswords,
    private readonly counters: FailureCounters,
    private readonly runtime: RuntimeConfig,
  ) {}

  /**
   * Judges a new password, holds it against known breaches, then hashes it. Asks another server: never in a
   * transaction.
   * @throws AppError invalid `credentials.password_*`; unavailable `crypto.hashing_overloaded`
   */
  async prepare(password: string, owner: PasswordOwner): Promise<HashedPassword> {
    assertAcceptable(password, [owner.username, owner.email.split('@')[0], this.runtime.productName]);
    if (await this.breaches.isBreached(password)) throw refusal('breached', 'is known from a data breach');
    return { hash: await this.hasher.hash(password) };
  }

  /** @param counters of failures that it sets back, as `FailureCounters.keys` gives them */
  async set(
    tx: Tx,
    userId: UserId,
    password: HashedPassword,
    mustChange = false,
    counters: readonly Buffer[] = [],
  ): Promise<void> {
    const all = [...counters, ...this.counters.keys([ownAttempts(userId)])];
    await this.repository.set(tx, userId, password.hash, mustChange, all);
  }

  /**
   * Compares with the password of somebody who is signed in. These tries count apart from those to sign in, so that
   * nobody can take them from the owner; past a hundred wrong ones in a row none is right until a new one is set.
   */
  async verifyOwn(userId: UserId, password: string): Promise<PasswordCheck> {
    const identity = ownAttempts(userId);
    const account = await this.repository.findByUserId(userId);
    const failures = await this.counters.fail(identity);
    if (failures > failureLimit) return { proven: false, account };
    const check = await this.compare(account, password);
    if (check.proven) await this.counters.reset(identity);
    return check;
  }

  /** Compares a password that is to differ from the one that somebody has. */
  async isCurrent(userId: UserId, password: string): Promise<PasswordCheck> {
    return this.compare(await this.repository.findByUserId(userId), password);
  }

  /** Compares. An unknown account costs the same hash. */
  async compare(account: PasswordAccount | undefined, password: string): Promise<PasswordCheck> {
    if (password.length > maximumLength * 4) return { proven: false, account };
    const hash = account?.hash ?? undefined;
    const { valid, outdated } = await this.judge(hash, password);
    if (!valid || account === undefined || hash === undefined) return { proven: false, account };
    if (outdated) await this.repository.rehash(account.userId, hash, await this.hasher.hash(password));
    return { proven: true, account };
  }

  /**
   * Another system's hash is replaced by one of ours as soon as its password is known. A wrong one costs a hash of ours
   * too: however cheap the other's is, it tells nobody sooner than an unknown account that there is one.
   */
  private async judge(hash: string | undefined, password: string): Promise<PasswordVerdict> {
    if (hash === undefined || !isForeign(hash)) return this.hasher.verify(hash, password);
    if (await this.foreign.verify(hash, password)) return { valid: true, outdated: true };
    return this.hasher.verify(undefined, password);
  }
}
