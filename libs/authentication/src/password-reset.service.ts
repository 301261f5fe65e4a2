import { Injectable } from '@nestjs/common';
import { Audit, type ClientInfo } from '@app/audit';
import { sha256 } from '@app/crypto';
import { type PasswordAccount, Passwords, PasswordsRepository } from '@app/credentials';
import { Transactions, type Tx } from '@app/database';
import { Mail } from '@app/email';
import { OneTimeTokens, tokenInvalid } from '@app/tokens';
import { type EmailAddress, emailKey, parseEmail, type UserId } from '@app/users';
import { mailKinds } from './mail-kinds.js';
import { PasswordChange } from './password-change.service.js';

/** Resets a password by a link to the account's address. */
@Injectable()
export class PasswordReset {
  constructor(
    private readonly passwords: Passwords,
    private readonly accounts: PasswordsRepository,
    private readonly passwordChange: PasswordChange,
    private readonly tokens: OneTimeTokens,
    private readonly mail: Mail,
    private readonly audit: Audit,
    private readonly transactions: Transactions,
  ) {}

  /**
   * Writes the same rows for every address; the worker finds out whether an account has it and binds the token.
   * @throws AppError invalid `users.email_invalid`
   */
  async request(email: string, client: ClientInfo): Promise<void> {
    const to = parseEmail(email);
    await this.transactions.run((tx) => this.requestWithin(tx, to, client));
  }

  /** As request, in the transaction of what makes a new password necessary. */
  async requestWithin(tx: Tx, { address, key }: EmailAddress, client: ClientInfo): Promise<void> {
    const { token } = await this.tokens.issue(tx, { purpose: 'password_reset', reference: key });
    await this.mail.enqueue(tx, {
      kind: mailKinds.passwordReset,
      recipient: address,
      reference: key,
      secret: token,
      data: { address: client.address, userAgent: client.userAgent },
    });
    await this.audit.record(tx, { type: 'authentication.password_reset_requested', client });
  }

  /**
   * Sets the new password and ends every session. Signs nobody in, and removes no second factor.
   * @throws AppError `tokens.invalid`, `tokens.expired`, `tokens.used`; invalid `credentials.password_*`
   */
  async reset(token: string, newPassword: string, client: ClientInfo): Promise<void> {
    await this.resetByHash(sha256(token), newPassword, client);
  }

  /** As reset, where only the token's SHA-256 was kept. */
  async resetByHash(hash: Buffer, newPassword: string, client: ClientInfo): Promise<void> {
    const { userId, email, username } = await this.accountByHash(hash);
    const password = await this.passwords.prepare(newPassword, { email, username });
    await this.transactions.run(async (tx) => {
      await this.tokens.consumeByHash(tx, hash, 'password_reset');
      await this.passwordChange.apply(tx, { userId, email, username, password, reason: 'password_reset' }, client);
    });
  }

  /**
   * The account that a reset link is for.
   * @throws AppError `tokens.invalid` also where the account has moved to another address since
   */
  async accountByHash(hash: Buffer): Promise<PasswordAccount> {
    const record = await this.tokens.peekByHash(hash, 'password_reset');
    const account = record.userId === null ? undefined : await this.accounts.findByUserId(record.userId as UserId);
    if (account?.status !== 'active' || emailKey(account.email) !== record.reference) throw tokenInvalid();
    return account;
  }
}
