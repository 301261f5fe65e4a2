import { Injectable } from '@nestjs/common';
import { Audit, type ClientInfo } from '@app/audit';
import { type ListedPasskey, PasskeysRepository } from '@app/credentials';
import { Transactions } from '@app/database';
import { BackupCodes } from '@app/mfa';
import { UsersRepository } from '@app/users';
import { type FactorChange, FactorChanges } from './factor-changes.js';
import { passkeyNotFound } from './passkey.errors.js';
import type { PasskeyOwner } from './passkey-registration.service.js';

/** Names and revokes the passkeys of an account. */
@Injectable()
export class PasskeyManagement {
  constructor(
    private readonly users: UsersRepository,
    private readonly passkeys: PasskeysRepository,
    private readonly backupCodes: BackupCodes,
    private readonly changes: FactorChanges,
    private readonly audit: Audit,
    private readonly transactions: Transactions,
  ) {}

  /** @throws AppError not_found `authentication.passkey_not_found` */
  async rename(
    { userId, sessionId }: PasskeyOwner,
    id: string,
    name: string,
    client: ClientInfo,
  ): Promise<ListedPasskey> {
    return this.transactions.run(async (tx) => {
      const passkey = await this.passkeys.rename(tx, id, userId, name);
      if (!passkey) throw passkeyNotFound();
      const data = { passkeyId: id, name };
      const type = 'authentication.passkey_renamed';
      await this.audit.record(tx, { type, userId, actorId: userId, sessionId, client, data });
      return passkey;
    });
  }

  /**
   * Revokes it. With the last one the account stops asking for a passkey, and where no other second factor is left,
   * its backup codes go too.
   * @throws AppError not_found `authentication.passkey_not_found`
   */
  async remove(change: FactorChange, id: string, client: ClientInfo): Promise<void> {
    const { userId } = change;
    await this.transactions.run(async (tx) => {
      // Noting the factor anew changes nothing, but makes whoever adds or removes one at the same time wait.
      await this.users.addSecondFactor(tx, userId, 'passkey');
      const name = await this.passkeys.remove(tx, id, userId);
      if (name === undefined) throw passkeyNotFound();
      if ((await this.passkeys.count(tx, userId)) === 0) {
        const left = await this.users.removeSecondFactor(tx, userId, 'passkey');
        await this.backupCodes.removeIfUseless(tx, userId, left);
      }
      await this.changes.follow(tx, change, 'passkey_removed', client, { passkeyId: id, name });
    });
  }
}
