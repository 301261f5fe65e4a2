import { Injectable } from '@nestjs/common';
import type { ClientInfo } from '@app/audit';
import { Transactions } from '@app/database';
import { BackupCodes, type BackupCodesStatus, noSecondFactor } from '@app/mfa';
import { asksForSecondFactor, type UserId, UsersRepository } from '@app/users';
import { type FactorChange, FactorChanges } from './factor-changes.js';

/** Gives an account new backup codes in the place of those it has. */
@Injectable()
export class BackupCodeRenewal {
  constructor(
    private readonly codes: BackupCodes,
    private readonly users: UsersRepository,
    private readonly changes: FactorChanges,
    private readonly transactions: Transactions,
  ) {}

  async status(userId: UserId): Promise<BackupCodesStatus> {
    return this.codes.status(userId);
  }

  /**
   * @returns the codes; nobody can read them again
   * @throws AppError conflict `mfa.no_second_factor`
   */
  async renew(change: FactorChange, client: ClientInfo): Promise<readonly string[]> {
    const { userId } = change;
    if (!asksForSecondFactor((await this.users.find(userId))?.secondFactors ?? [])) throw noSecondFactor();
    const prepared = await this.codes.prepare();
    return this.transactions.run(async (tx) => {
      const codes = await this.codes.store(tx, userId, prepared);
      // Again, now that nobody can change it: the last factor may have gone while the codes were hashed.
      if (!asksForSecondFactor((await this.users.find(userId, tx))?.secondFactors ?? [])) throw noSecondFactor();
      await this.changes.follow(tx, change, 'backup_codes_renewed', client);
      return codes;
    });
  }
}
