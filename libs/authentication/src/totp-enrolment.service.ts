import { Injectable } from '@nestjs/common';
import type { ClientInfo } from '@app/audit';
import { Transactions, type Tx } from '@app/database';
import { BackupCodes, type TotpEnrolmentKey, TotpFactors, totpNotEnrolled } from '@app/mfa';
import { type UserId, UsersRepository } from '@app/users';
import { ChallengesRepository } from './challenges.repository.js';
import { type FactorChange, FactorChanges } from './factor-changes.js';

/** Adds an authenticator app to an account, replaces and removes it. */
@Injectable()
export class TotpEnrolment {
  constructor(
    private readonly totp: TotpFactors,
    private readonly backupCodes: BackupCodes,
    private readonly users: UsersRepository,
    private readonly challenges: ChallengesRepository,
    private readonly changes: FactorChanges,
    private readonly transactions: Transactions,
  ) {}

  /** Since when the account has an app; undefined where it has none. */
  async since(userId: UserId): Promise<Date | undefined> {
    return this.totp.since(userId);
  }

  /** What the new app needs to know. It counts once a code of it came. */
  async begin(userId: UserId): Promise<TotpEnrolmentKey> {
    const user = await this.users.find(userId);
    return this.totp.begin(userId, user?.email ?? user?.username ?? '');
  }

  /**
   * Puts the new app into force in the place of the old one.
   * @returns the backup codes, where the account had none; nobody can read them again
   * @throws AppError conflict `mfa.enrolment_missing`; invalid `mfa.enrolment_code_wrong`
   */
  async confirm(change: FactorChange, code: string, client: ClientInfo): Promise<readonly string[] | null> {
    const { userId } = change;
    const proven = await this.totp.proveEnrolment(userId, code);
    const prepared = await this.backupCodes.prepareIfNone(userId);
    return this.transactions.run(async (tx) => {
      const replaced = await proven.confirm(tx);
      const codes = await this.backupCodes.storeIfNone(tx, userId, prepared);
      const data = { backupCodesMade: codes !== null };
      await this.changes.follow(tx, change, replaced ? 'totp_replaced' : 'totp_added', client, data);
      return codes;
    });
  }

  /**
   * Removes the app; backup codes go with the last factor that they stand in for.
   * @throws AppError not_found `mfa.totp_not_enrolled`
   */
  async remove(change: FactorChange, client: ClientInfo): Promise<void> {
    await this.transactions.run(async (tx) => {
      await this.takeOff(tx, change.userId);
      await this.changes.follow(tx, change, 'totp_removed', client);
    });
  }

  private async takeOff(tx: Tx, userId: UserId): Promise<void> {
    const left = await this.users.removeSecondFactor(tx, userId, 'totp');
    if (!(await this.totp.remove(tx, userId))) throw totpNotEnrolled();
    await this.backupCodes.removeIfUseless(tx, userId, left);
    // Sign-ins that wait for a code of this app begin anew.
    await this.challenges.endAll(tx, userId);
  }
}
