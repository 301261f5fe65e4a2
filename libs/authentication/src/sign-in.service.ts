import { Injectable } from '@nestjs/common';
import { Audit, type ClientInfo } from '@app/audit';
import { type PasswordCheck, Passwords } from '@app/credentials';
import { Transactions, type Tx } from '@app/database';
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
    return this.transactions.run(async (tx) =>
      mustChange ? this.requireChange(tx, userId, client) : this.openSession(tx, userId, carrier, client),
    );
  }

  /** Opens the session of somebody who proved their password, in the transaction of what it was proved for. */
  async openSession(tx: Tx, userId: UserId, carrier: SessionCarrier, client: ClientInfo): Promise<SignInResult> {
    const session = await this.sessions.open(tx, { userId, amr: ['pwd'], acr: singleFactor }, carrier, client);
    await this.audit.record(tx, {
      type: 'authentication.signed_in',
      userId,
      actorId: userId,
      sessionId: session.id,
      client,
      data: { factor: 'password', carrier },
    });
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
    await this.transactions.run((tx) =>
      this.audit.record(tx, {
        type: 'authentication.sign_in_failed',
        userId: check.account?.userId ?? null,
        client,
        data: { factor: 'password', reason },
      }),
    );
  }
}
