import { Injectable } from '@nestjs/common';
import { Audit, type ClientInfo } from '@app/audit';
import { type PasswordCheck, Passwords } from '@app/credentials';
import { Database, type Sql, Transactions, type Tx } from '@app/database';
import { type SessionCarrier, Sessions, type SignedIn, singleFactor } from '@app/sessions';
import { OneTimeTokens } from '@app/tokens';
import type { UserId } from '@app/users';
import { credentialsWrong } from './authentication.errors.js';

export type SignInResult =
  | { readonly status: 'authenticated'; readonly session: SignedIn }
  | {
      readonly status: 'password_change_required';
      readonly challenge: { readonly id: string; readonly expiresAt: Date };
    };

/** Seconds in which a required new password must be chosen. */
const changeRequiredLifetime = 600;

/** Signs in by password. */
@Injectable()
export class SignIn {
  constructor(
    private readonly passwords: Passwords,
    private readonly sessions: Sessions,
    private readonly tokens: OneTimeTokens,
    private readonly audit: Audit,
    private readonly transactions: Transactions,
    private readonly database: Database,
  ) {}

  /**
   * @param identifier an e-mail address or a user name, as typed
   * @throws AppError unauthenticated `authentication.credentials_wrong`; unavailable `crypto.hashing_overloaded`
   */
  async byPassword(
    identifier: string,
    password: string,
    carrier: SessionCarrier,
    client: ClientInfo,
  ): Promise<SignInResult> {
    const check = await this.passwords.verify(identifier, password);
    if (!check.proven || check.account.status !== 'active') {
      await this.recordFailure(check, client);
      throw credentialsWrong();
    }
    const { userId, mustChange } = check.account;
    return mustChange
      ? this.transactions.run((tx) => this.requireChange(tx, userId, client))
      : this.openSession(this.database, userId, carrier, client);
  }

  /** Opens the session of somebody who proved their password, in the transaction of what it was proved for, if any. */
  async openSession(sql: Sql, userId: UserId, carrier: SessionCarrier, client: ClientInfo): Promise<SignInResult> {
    const event = { userId, amr: ['pwd'], acr: singleFactor };
    const record = { type: 'authentication.signed_in', data: { factor: 'password', carrier } };
    const session = await this.sessions.open(sql, event, carrier, record, client);
    return { status: 'authenticated', session };
  }

  private async requireChange(tx: Tx, userId: UserId, client: ClientInfo): Promise<SignInResult> {
    const issued = await this.tokens.issue(tx, {
      purpose: 'password_change_required',
      reference: userId,
      userId,
      expiresIn: changeRequiredLifetime,
    });
    await this.audit.record(tx, {
      type: 'authentication.password_change_required',
      userId,
      actorId: userId,
      client,
      data: { factor: 'password' },
    });
    return { status: 'password_change_required', challenge: { id: issued.token, expiresAt: issued.expiresAt } };
  }

  private async recordFailure(check: PasswordCheck, client: ClientInfo): Promise<void> {
    const reason = check.proven ? 'account_not_active' : 'credentials_wrong';
    await this.audit.recordAttempt({
      type: 'authentication.sign_in_failed',
      userId: check.account?.userId ?? null,
      client,
      data: { factor: 'password', reason },
    });
  }
}
