import { Injectable } from '@nestjs/common';
import type { ClientInfo } from '@app/audit';
import { LimitsConfig } from '@app/config';
import {
  failureLimit,
  type PasswordAccount,
  PasswordAttemptsRepository,
  PasswordsRepository,
  type PasswordStanding,
} from '@app/credentials';
import { Transactions } from '@app/database';
import { FailureCounters, secondsToWait, subject } from '@app/limits';
import { KnownDevicesRepository } from '@app/sessions';
import { signInTooSoon } from './authentication.errors.js';
import { SecurityNotices } from './security-notices.js';

/** Many people share an address: it waits later than an account does. */
const addressFactor = 10;

/** One try to sign in by password that was let through to the comparison. */
export interface PasswordAttempt {
  readonly standing: PasswordStanding;
  /** Where a stranger's failure counts. */
  readonly counters: readonly Buffer[];
}

/**
 * Keeps guessers slow and owners free. Failures in a row delay the next try, by what was typed as the account, by the
 * address, and by both; a hundred disable the password. What happens on a device that the account knows counts there
 * and nowhere else, so nobody can delay or shut out an owner from elsewhere.
 */
@Injectable()
export class SignInAttempts {
  constructor(
    private readonly attempts: PasswordAttemptsRepository,
    private readonly passwords: PasswordsRepository,
    private readonly devices: KnownDevicesRepository,
    private readonly counters: FailureCounters,
    private readonly notices: SecurityNotices,
    private readonly transactions: Transactions,
    private readonly config: LimitsConfig,
  ) {}

  /**
   * Decided before anything is hashed, and alike for known and unknown accounts.
   * @param strangersLimit what a caller is refused with whose device is not known
   * @throws AppError throttled `authentication.too_soon`; strangersLimit
   */
  async begin(identifier: string, client: ClientInfo, strangersLimit: Error | undefined): Promise<PasswordAttempt> {
    const counters = this.counters.keys(countersOf(identifier, client));
    const standing = await this.attempts.find(identifier, counters, client.devices ?? []);
    if (strangersLimit && !standing.device) throw strangersLimit;
    const seconds = this.secondsToWait(standing);
    if (seconds > 0) throw signInTooSoon(seconds);
    return { standing, counters };
  }

  /** Whether a right password opens the account: one that was disabled does so on known devices only. */
  mayPass({ standing: { device, disabled } }: PasswordAttempt): boolean {
    return device ? device.failures < failureLimit : !disabled;
  }

  /** Counts and records it; the hundredth in a row disables the password and tells the owner. */
  async failed({ standing, counters }: PasswordAttempt, reason: string, client: ClientInfo): Promise<void> {
    const { account, device } = standing;
    const userId = account?.userId ?? null;
    const attempt = { userId, counters: device ? [] : counters, device: device?.hash ?? null };
    const type = 'authentication.sign_in_failed';
    await this.transactions.run(async (tx) => {
      const record = { type, userId, client, data: { factor: 'password', reason, knownDevice: device !== undefined } };
      const failures = await this.attempts.fail(tx, attempt, record);
      if (userId === null || failures !== failureLimit || !(await this.passwords.disable(tx, userId))) return;
      await this.notices.tell(tx, userId, 'password_locked', client, { actorId: null });
    });
  }

  /** Begins to count anew, where there was anything. @returns false where the password was disabled meanwhile. */
  async succeeded({ standing, counters }: PasswordAttempt, { userId }: PasswordAccount): Promise<boolean> {
    const { device, strangers, failures } = standing;
    if (device) {
      if (device.failures > 0) await this.devices.reset(userId, device.hash);
      return true;
    }
    return (strangers.length === 0 && failures === 0) || this.attempts.reset(userId, counters);
  }

  /** The counters that a new password of this account sets back. */
  countersOf(account: Pick<PasswordAccount, 'email' | 'username'>, client: ClientInfo): Buffer[] {
    const typed = [account.email, account.username].filter((name) => name !== null);
    return this.counters.keys([...new Set(typed.flatMap((name) => countersOf(name, client)))]);
  }

  private secondsToWait({ device, strangers }: PasswordStanding): number {
    const { freeFailures } = this.config;
    if (device) return secondsToWait({ failures: device.failures, since: device.since ?? 0 }, freeFailures);
    const waits = strangers.map((counter) =>
      secondsToWait(counter, counter.place === addressPlace ? freeFailures * addressFactor : freeFailures),
    );
    return Math.max(0, ...waits);
  }
}

/** From 1. */
const addressPlace = 3;

const countersOf = (typed: string, { address }: ClientInfo): string[] => [
  `sign-in account\n${subject.account(typed)}`,
  `sign-in pair\n${subject.pair(typed, address)}`,
  `sign-in address\n${subject.address(address)}`,
];
