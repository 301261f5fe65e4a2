import { Injectable } from '@nestjs/common';
import { Audit, type ClientInfo } from '@app/audit';
import { Transactions, type Tx } from '@app/database';
import { SessionsRepository } from '@app/sessions';
import { OneTimeTokens } from '@app/tokens';
import { lastAdmin, type User, type UserId, userNotFound, UsersRepository } from '@app/users';
import { InvitesRepository } from './invites.repository.js';
import { MagicLinksRepository } from './magic-links.repository.js';

/** What an administrator does to an account, and what follows from it. */
@Injectable()
export class UserAdministration {
  constructor(
    private readonly users: UsersRepository,
    private readonly sessions: SessionsRepository,
    private readonly tokens: OneTimeTokens,
    private readonly magicLinks: MagicLinksRepository,
    private readonly invites: InvitesRepository,
    private readonly audit: Audit,
    private readonly transactions: Transactions,
  ) {}

  /**
   * Disables an account: nobody signs in to it, and everything it has open ends at once.
   * @throws AppError not_found `users.not_found`; conflict `users.last_admin`
   */
  async disable(userId: UserId, actorId: UserId, client: ClientInfo): Promise<User> {
    return this.transactions.run(async (tx) => {
      const user = await this.require(tx, userId);
      if (user.roles.includes('admin') && (await this.users.countOtherAdmins(tx, userId)) === 0) throw lastAdmin();
      if (!(await this.users.updateStatus(tx, userId, 'active', 'disabled'))) return user;
      await this.sessions.endAll(tx, userId, 'user_disabled');
      await this.magicLinks.void(tx, userId, user.emailKey);
      await this.tokens.revoke(
        tx,
        { userId, emailKey: user.emailKey },
        'password_reset',
        'password_change_required',
        'email_change',
        'factor_reset',
      );
      // Whom a removed administrator invited, nobody vouches for any more.
      if (user.roles.includes('admin')) await this.invites.revokeAllBy(tx, userId);
      await this.audit.record(tx, { type: 'users.disabled', userId, actorId, client });
      return this.require(tx, userId);
    });
  }

  /** @throws AppError not_found `users.not_found` */
  async enable(userId: UserId, actorId: UserId, client: ClientInfo): Promise<User> {
    return this.transactions.run(async (tx) => {
      const user = await this.require(tx, userId);
      if (!(await this.users.updateStatus(tx, userId, 'disabled', 'active'))) return user;
      await this.audit.record(tx, { type: 'users.enabled', userId, actorId, client });
      return this.require(tx, userId);
    });
  }

  private async require(tx: Tx, userId: UserId): Promise<User> {
    const user = await this.users.find(userId, tx);
    if (!user || user.status === 'deleted') throw userNotFound();
    return user;
  }
}
