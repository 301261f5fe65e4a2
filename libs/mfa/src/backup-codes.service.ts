import { Injectable } from '@nestjs/common';
import { PasswordHasher } from '@app/crypto';
import type { Tx } from '@app/database';
import { FailureCounters } from '@app/limits';
import { asksForSecondFactor, type SecondFactor, type UserId, UsersRepository } from '@app/users';
import { type BackupCodeParts, formatBackupCode, newBackupCodes, parseBackupCode } from './backup-code.js';
import { BackupCodesRepository, type BackupCodesStatus } from './backup-codes.repository.js';
import { failuresOf } from './failure-identity.js';

/** Codes that nobody has stored yet. Only here they can be read. */
export interface PreparedBackupCodes {
  /** For their owner, once. */
  readonly codes: readonly string[];
  readonly hashed: readonly { readonly selector: string; readonly hash: string }[];
}

/** A right backup code, not used up yet. */
export interface ProvenBackupCode {
  /** @returns how many are left; undefined where somebody else was first. */
  consume(tx: Tx): Promise<number | undefined>;
}

const codesOfASet = 10;

/**
 * Backup codes: look-up secrets of 60 bits, which are under 112 and so stored by password hash (ASVS 6.5.2). Hashing
 * stays outside transactions: prepare, then store.
 */
@Injectable()
export class BackupCodes {
  constructor(
    private readonly repository: BackupCodesRepository,
    private readonly users: UsersRepository,
    private readonly hasher: PasswordHasher,
    private readonly failures: FailureCounters,
  ) {}

  async status(userId: UserId): Promise<BackupCodesStatus> {
    return this.repository.status(userId);
  }

  /**
   * A new set.
   * @throws AppError unavailable `crypto.hashing_overloaded`
   */
  async prepare(): Promise<PreparedBackupCodes> {
    const parts = newBackupCodes(codesOfASet);
    return { codes: parts.map(formatBackupCode), hashed: await this.hashAll(parts) };
  }

  /** A new set where the account has no code left; before the transaction that adds another second factor. */
  async prepareIfNone(userId: UserId): Promise<PreparedBackupCodes | undefined> {
    const { remaining } = await this.repository.status(userId);
    return remaining === 0 ? this.prepare() : undefined;
  }

  /**
   * Stores the set unless the account got one meanwhile. After UsersRepository.addSecondFactor, which makes others
   * that add a factor wait.
   * @returns the codes to show, or null
   */
  async storeIfNone(
    tx: Tx,
    userId: UserId,
    prepared: PreparedBackupCodes | undefined,
  ): Promise<readonly string[] | null> {
    if (!prepared || (await this.repository.status(userId, tx)).remaining > 0) return null;
    return this.store(tx, userId, prepared);
  }

  /** Stores the set in the place of any other, and says so in `users.second_factors`. @returns the codes to show */
  async store(tx: Tx, userId: UserId, prepared: PreparedBackupCodes): Promise<readonly string[]> {
    await this.users.addSecondFactor(tx, userId, 'backup_code');
    await this.repository.replace(tx, userId, prepared.hashed);
    await this.failures.reset(failuresOf('backup_code', userId), tx);
    return prepared.codes;
  }

  /** Compares a code: one read and one hash, whether its selector is known or not. */
  async check(userId: UserId, typed: string): Promise<ProvenBackupCode | undefined> {
    const parts = parseBackupCode(typed);
    if (!parts) return undefined;
    const hash = await this.repository.findHash(userId, parts.selector);
    const { valid } = await this.hasher.verify(hash, parts.secret);
    if (!valid || hash === undefined) return undefined;
    return { consume: (tx) => this.consume(tx, userId, parts.selector, hash) };
  }

  /** Removes the codes where nothing is left that they could stand in for. @param left what removing a factor left */
  async removeIfUseless(tx: Tx, userId: UserId, left: readonly SecondFactor[]): Promise<void> {
    if (asksForSecondFactor(left)) return;
    await this.users.removeSecondFactor(tx, userId, 'backup_code');
    await this.removeAll(tx, userId);
  }

  /** Removes the codes. What `users.second_factors` says is the caller's. */
  async removeAll(tx: Tx, userId: UserId): Promise<void> {
    await this.repository.removeAll(tx, userId);
    await this.failures.reset(failuresOf('backup_code', userId), tx);
  }

  private async consume(tx: Tx, userId: UserId, selector: string, hash: string): Promise<number | undefined> {
    if (!(await this.repository.consume(tx, userId, selector, hash))) return undefined;
    // A statement of its own: it sees what others used up while this one waited for the account.
    const { remaining } = await this.repository.status(userId, tx);
    if (remaining === 0) await this.users.removeSecondFactor(tx, userId, 'backup_code');
    return remaining;
  }

  private async hashAll(parts: readonly BackupCodeParts[]): Promise<PreparedBackupCodes['hashed']> {
    const hashed: { selector: string; hash: string }[] = [];
    // One after the other: a set must not fill the queue that sign-ins wait in.
    for (const { selector, secret } of parts) hashed.push({ selector, hash: await this.hasher.hash(secret) });
    return hashed;
  }
}
