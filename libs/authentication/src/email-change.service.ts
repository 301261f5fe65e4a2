import { Injectable } from '@nestjs/common';
import { Audit, type ClientInfo } from '@app/audit';
import { Passwords } from '@app/credentials';
import { Transactions, type Tx } from '@app/database';
import { Mail } from '@app/email';
import { SessionsRepository } from '@app/sessions';
import { type OneTimeTokenRecord, OneTimeTokens, tokenInvalid } from '@app/tokens';
import { emailTaken, parseEmail, type UserId, UsersRepository } from '@app/users';
import { currentPasswordWrong } from './authentication.errors.js';
import { mailKinds } from './mail-kinds.js';

/** Moves an account to another address: the new one is proved first, the old one is told. */
@Injectable()
export class EmailChange {
  constructor(
    private readonly users: UsersRepository,
    private readonly passwords: Passwords,
    private readonly sessions: SessionsRepository,
    private readonly tokens: OneTimeTokens,
    private readonly mail: Mail,
    private readonly audit: Audit,
    private readonly transactions: Transactions,
  ) {}

  /**
   * Mails a link to the new address. Whether somebody else has that address is not told.
   * @throws AppError forbidden `authentication.current_password_wrong`; invalid `users.email_invalid`; unauthenticated
   *   `sessions.access_ended` where the session has ended meanwhile: what it asked for would outlive it
   */
  async request(
    { userId, sessionId }: { readonly userId: UserId; readonly sessionId: string },
    change: { readonly email: string; readonly currentPassword: string },
    client: ClientInfo,
  ): Promise<void> {
    const email = parseEmail(change.email);
    if (!(await this.passwords.verifyOwn(userId, change.currentPassword)).proven) throw currentPasswordWrong();
    await this.transactions.run(async (tx) => {
      await this.sessions.hold(tx, sessionId, userId);
      await this.tokens.revoke(tx, { userId, emailKey: null }, 'email_change');
      const { token } = await this.tokens.issue(tx, {
        purpose: 'email_change',
        reference: email.key,
        userId,
        data: { email: email.address },
      });
      await this.mail.enqueue(tx, {
        kind: mailKinds.emailChange,
        recipient: email.address,
        reference: userId,
        secret: token,
      });
      await this.audit.record(tx, { type: 'authentication.email_change_requested', userId, actorId: userId, client });
    });
  }

  /** Moves the account; the token that proved the new address was consumed in this transaction. */
  async complete(tx: Tx, record: OneTimeTokenRecord, client: ClientInfo): Promise<UserId> {
    const userId = record.userId as UserId | null;
    const email = parseEmail(String(record.data['email']));
    const user = userId === null ? null : await this.users.find(userId, tx);
    if (userId === null || user?.status !== 'active' || user.email === null) throw tokenInvalid();
    if (!(await this.users.updateEmail(tx, userId, email))) throw emailTaken();
    await this.tokens.revoke(tx, { userId, emailKey: user.emailKey }, 'password_reset', 'factor_reset');
    await this.mail.enqueue(tx, {
      kind: mailKinds.emailChanged,
      recipient: user.email,
      reference: userId,
      data: { newEmail: email.address, ...originOf(client) },
    });
    await this.audit.record(tx, { type: 'authentication.email_changed', userId, actorId: userId, client });
    return userId;
  }
}

const originOf = (client: ClientInfo): { address: string | null; userAgent: string | null } => ({
  address: client.address,
  userAgent: client.userAgent,
});
