import { Injectable } from '@nestjs/common';
import { Audit, type ClientInfo } from '@app/audit';
import { Passwords, PasswordsRepository } from '@app/credentials';
import { Transactions } from '@app/database';
import { SessionsRepository } from '@app/sessions';
import { OneTimeTokens } from '@app/tokens';
import { lastAdmin, type UserId, UsersRepository } from '@app/users';
import { AccountErasures } from './account-erasures.js';
import { InvitesRepository } from './invites.repository.js';
import { currentPasswordWrong } from './authentication.errors.js';
import { SecondFactors } from './second-factors.js';

/** Deletes an account at its owner's wish: its data go, its id is never given again, its audit trail stays. */
@Injectable()
export class AccountDeletion {
  constructor(
    private readonly users: UsersRepository,
    private readonly passwords: Passwords,
    private readonly credentials: PasswordsRepository,
    private readonly factors: SecondFactors,
    private readonly sessions: SessionsRepository,
    private readonly tokens: OneTimeTokens,
    private readonly invites: InvitesRepository,
    private readonly erasures: AccountErasures,
    private readonly audit: Audit,
    private readonly transactions: Transactions,
  ) {}

  /** @throws AppError forbidden `authentication.current_password_wrong`; conflict `users.last_admin` */
  async delete(userId: UserId, currentPassword: string, client: ClientInfo): Promise<void> {
    if (!(await this.passwords.verifyOwn(userId, currentPassword)).proven) throw currentPasswordWrong();
    await this.transactions.run(async (tx) => {
      const user = await this.users.find(userId, tx);
      const isAdmin = user?.roles.includes('admin') ?? false;
      if (isAdmin && (await this.users.countOtherAdmins(tx, userId)) === 0) throw lastAdmin();
      if (!(await this.users.erase(tx, userId))) return;
      await this.credentials.delete(tx, userId);
      await this.factors.removeAll(tx, userId);
      await this.sessions.endAll(tx, userId, 'user_deleted');
      await this.tokens.revoke(
        tx,
        { userId, emailKey: user?.emailKey ?? null },
        'password_reset',
        'password_change_required',
        'email_change',
        'factor_reset',
      );
      await this.erasures.run(tx, userId);
      if (isAdmin) await this.invites.revokeAllBy(tx, userId);
      await this.audit.record(tx, { type: 'users.deleted', userId, actorId: userId, client });
    });
  }
}
