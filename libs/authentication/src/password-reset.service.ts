import { Injectable } from '@nestjs/common';
import { Audit, type ClientInfo } from '@app/audit';
import { randomToken, sha256 } from '@app/crypto';
import { type PasswordAccount, Passwords, PasswordsRepository } from '@app/credentials';
import { Transactions, type Tx } from '@app/database';
import { Mail } from '@app/email';
import { type LimitHit, Limits, subject } from '@app/limits';
import { KnownDevicesRepository } from '@app/sessions';
import { OneTimeTokens, tokenInvalid } from '@app/tokens';
import { type EmailAddress, emailKey, parseEmail, type UserId, userNotFound, UsersRepository } from '@app/users';
import { accountDisabled } from './authentication.errors.js';
import { mailKinds } from './mail-kinds.js';
import { PasswordChange } from './password-change.service.js';

/** What a reset leaves behind, for whoever carried it out. */
export interface PasswordWasReset {
  /** By which the device is known from now on. */
  readonly device: string;
}

/** Resets a password by a link to the account's address. */
@Injectable()
export class PasswordReset {
  constructor(
    private readonly passwords: Passwords,
    private readonly accounts: PasswordsRepository,
    private readonly users: UsersRepository,
    private readonly passwordChange: PasswordChange,
    private readonly devices: KnownDevicesRepository,
    private readonly limits: Limits,
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

  /**
   * For an administrator, who chooses no password (ASVS 6.4.6): the owner gets the link, and until it is followed the
   * password stays as it is.
   * @throws AppError not_found `users.not_found`; conflict `authentication.account_disabled`
   */
  async requestFor(userId: UserId, actorId: UserId, client: ClientInfo): Promise<void> {
    const account = await this.accounts.findByUserId(userId);
    if (!account) throw userNotFound();
    if (account.status !== 'active') throw accountDisabled();
    const to = parseEmail(account.email);
    await this.transactions.run((tx) => this.requestWithin(tx, to, client, { userId, actorId }));
  }

  /**
   * As request, in the transaction of what makes a new password necessary.
   * @param by the administrator who asks, and for whom
   */
  async requestWithin(
    tx: Tx,
    { address, key }: EmailAddress,
    client: ClientInfo,
    by?: { readonly userId: UserId; readonly actorId: UserId },
  ): Promise<void> {
    const { token } = await this.tokens.issue(tx, { purpose: 'password_reset', reference: key });
    await this.mail.enqueue(tx, {
      kind: mailKinds.passwordReset,
      recipient: address,
      reference: key,
      secret: token,
      // Where an administrator sits is nothing to the owner.
      data: by ? { byAdministrator: true } : { address: client.address, userAgent: client.userAgent },
    });
    await this.audit.record(tx, { type: 'authentication.password_reset_requested', ...by, client });
  }

  /**
   * Sets the new password and ends every session. Signs nobody in, and removes no second factor. Nobody keeps the owner
   * from signing in next: what was counted against the account is forgotten, and this device is known.
   * @throws AppError `tokens.invalid`, `tokens.expired`, `tokens.used`; invalid `credentials.password_*`
   */
  async reset(token: string, newPassword: string, client: ClientInfo): Promise<PasswordWasReset> {
    return this.resetByHash(sha256(token), newPassword, client);
  }

  /** As reset, where only the token's SHA-256 was kept. */
  async resetByHash(hash: Buffer, newPassword: string, client: ClientInfo): Promise<PasswordWasReset> {
    const { userId, email, username, verified } = await this.accountByHash(hash);
    const password = await this.passwords.prepare(newPassword, { email, username });
    const device = randomToken();
    await this.transactions.run(async (tx) => {
      const useUp = async (): Promise<void> => {
        await this.tokens.consumeByHash(tx, hash, 'password_reset');
        if (!verified) await this.confirmEmail(tx, userId, client);
      };
      const change = { userId, email, username, password, reason: 'password_reset', proved: null, useUp } as const;
      await this.passwordChange.apply(tx, change, client);
      await this.devices.add(tx, userId, sha256(device), client);
      await this.limits.forget(windowsOf([email, username], client), tx);
    });
    return { device };
  }

  /** Of an imported account: that the link came back shows whose address it is. */
  private async confirmEmail(tx: Tx, userId: UserId, client: ClientInfo): Promise<void> {
    await this.users.confirmEmail(tx, userId);
    await this.audit.record(tx, { type: 'authentication.email_verified', userId, actorId: userId, client });
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

/** The windows of sign-ins by these names. */
const windowsOf = (names: readonly (string | null)[], { address }: ClientInfo): LimitHit[] =>
  names
    .filter((name) => name !== null)
    .flatMap((name) => [
      { rule: 'login.account', key: subject.account(name) },
      { rule: 'login.pair', key: subject.pair(name, address) },
    ]);
