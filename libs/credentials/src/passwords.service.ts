import { Injectable } from '@nestjs/common';
import { RuntimeConfig } from '@app/config';
import { PasswordHasher, type PasswordVerdict } from '@app/crypto';
import type { Tx } from '@app/database';
import { emailKey, type UserId, usernameKey } from '@app/users';
import { ForeignPasswords, isForeign } from './foreign-hash/foreign-passwords.js';
import { assertAcceptable, maximumLength } from './password-policy.js';
import { type PasswordAccount, PasswordsRepository } from './passwords.repository.js';

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
    private readonly runtime: RuntimeConfig,
  ) {}

  /**
   * Judges a new password, then hashes it.
   * @throws AppError invalid `credentials.password_*`; unavailable `crypto.hashing_overloaded`
   */
  async prepare(password: string, owner: PasswordOwner): Promise<HashedPassword> {
    assertAcceptable(password, [owner.username, owner.email.split('@')[0], this.runtime.productName]);
    return { hash: await this.hasher.hash(password) };
  }

  async set(tx: Tx, userId: UserId, password: HashedPassword, mustChange = false): Promise<void> {
    await this.repository.set(tx, userId, password.hash, mustChange);
  }

  /** Looks an identifier up and compares. An unknown one costs the same statement and the same hash. */
  async verify(identifier: string, password: string): Promise<PasswordCheck> {
    return this.compare(await this.find(identifier), password);
  }

  /** As verify, for somebody who is signed in. */
  async verifyOwn(userId: UserId, password: string): Promise<PasswordCheck> {
    return this.compare(await this.repository.findByUserId(userId), password);
  }

  private async find(identifier: string): Promise<PasswordAccount | undefined> {
    if (identifier.includes('@')) return this.repository.findByEmail(emailKey(identifier) ?? '');
    return this.repository.findByUsername(usernameKey(identifier));
  }

  private async compare(account: PasswordAccount | undefined, password: string): Promise<PasswordCheck> {
    if (password.length > maximumLength * 4) return { proven: false, account };
    const hash = account?.hash ?? undefined;
    const { valid, outdated } = await this.judge(hash, password);
    if (!valid || account === undefined || hash === undefined) return { proven: false, account };
    if (outdated) await this.repository.rehash(account.userId, hash, await this.hasher.hash(password));
    return { proven: true, account };
  }

  /** Another system's hash is replaced by one of ours as soon as its password is known. */
  private async judge(hash: string | undefined, password: string): Promise<PasswordVerdict> {
    if (hash === undefined || !isForeign(hash)) return this.hasher.verify(hash, password);
    return { valid: await this.foreign.verify(hash, password), outdated: true };
  }
}
