import { Injectable } from '@nestjs/common';
import { Audit, type ClientInfo } from '@app/audit';
import { type HashedPassword, Passwords } from '@app/credentials';
import { isRandomToken, sha256 } from '@app/crypto';
import { Transactions, type Tx } from '@app/database';
import { Mail } from '@app/email';
import { type SessionEndReason, SessionsRepository, singleFactor } from '@app/sessions';
import { OneTimeTokens, tokenInvalid } from '@app/tokens';
import { emailKey, type UserId } from '@app/users';
import { currentPasswordWrong, passwordUnchanged } from './authentication.errors.js';
import { ChallengesRepository } from './challenges.repository.js';
import { MagicLinksRepository } from './magic-links.repository.js';
import { mailKinds } from './mail-kinds.js';
import { SignInAttempts } from './sign-in-attempts.js';
import { type Proof, SignInCompletion, type SignInContext, type SignInResult } from './sign-in-completion.js';

/** What a new password always brings with it, however it came about. */
interface NewPassword {
  readonly userId: UserId;
  readonly email: string;
  readonly username: string | null;
  readonly password: HashedPassword;
  readonly reason: Extract<SessionEndReason, 'password_changed' | 'password_reset'>;
  /** The session that may go on. */
  readonly except?: string;
}

/** Changes a password that its owner knows. */
@Injectable()
export class PasswordChange {
  constructor(
    private readonly passwords: Passwords,
    private readonly sessions: SessionsRepository,
    private readonly tokens: OneTimeTokens,
    private readonly challenges: ChallengesRepository,
    private readonly magicLinks: MagicLinksRepository,
    private readonly completion: SignInCompletion,
    private readonly attempts: SignInAttempts,
    private readonly mail: Mail,
    private readonly audit: Audit,
    private readonly transactions: Transactions,
  ) {}

  /**
   * Changes the password of somebody signed in and ends their other sessions.
   * @throws AppError forbidden `authentication.current_password_wrong`; invalid `authentication.password_unchanged`,
   *   `credentials.password_*`
   */
  async change(
    caller: { readonly userId: UserId; readonly sessionId: string },
    change: { readonly currentPassword: string; readonly newPassword: string },
    client: ClientInfo,
  ): Promise<void> {
    const { userId, sessionId } = caller;
    const check = await this.passwords.verifyOwn(userId, change.currentPassword);
    if (!check.proven) throw currentPasswordWrong();
    if (change.newPassword === change.currentPassword) throw passwordUnchanged();
    const { email, username } = check.account;
    const password = await this.passwords.prepare(change.newPassword, { email, username });
    await this.transactions.run((tx) =>
      this.apply(tx, { userId, email, username, password, reason: 'password_changed', except: sessionId }, client),
    );
  }

  /**
   * Answers the challenge of a sign-in whose password must change, and goes on with the sign-in.
   * @throws AppError `tokens.invalid`, `tokens.expired`, `tokens.used`; invalid `authentication.password_unchanged`,
   *   `credentials.password_*`
   */
  async changeRequired(challengeId: string, newPassword: string, context: SignInContext): Promise<SignInResult> {
    if (!isRandomToken(challengeId)) throw tokenInvalid();
    return this.changeRequiredByHash(sha256(challengeId), newPassword, context);
  }

  /** As changeRequired, where only the SHA-256 of the challenge was kept. */
  async changeRequiredByHash(hash: Buffer, newPassword: string, context: SignInContext): Promise<SignInResult> {
    const { userId, data: proved } = await this.tokens.peekByHash(hash, 'password_change_required');
    const check = await this.passwords.isCurrent((userId ?? '0') as UserId, newPassword);
    if (check.account?.status !== 'active') throw tokenInvalid();
    if (check.proven) throw passwordUnchanged();
    const { account } = check;
    const password = await this.passwords.prepare(newPassword, account);
    return this.transactions.run(async (tx) => {
      await this.tokens.consumeByHash(tx, hash, 'password_change_required');
      const { userId: owner, email, username, secondFactors } = account;
      await this.apply(tx, { userId: owner, email, username, password, reason: 'password_changed' }, context.client);
      const proof = { userId: owner, ...provedBefore(proved), secondFactors, mustChange: false };
      return this.completion.complete(proof, context, tx);
    });
  }

  /** Sets a password, ends sessions, voids what the old password began, tells the owner; all in this transaction. */
  async apply(tx: Tx, change: NewPassword, client: ClientInfo): Promise<void> {
    const { userId, reason } = change;
    const owner = { userId, emailKey: emailKey(change.email) ?? null };
    // Before the sessions end: it waits for who signs in by a link at this moment, so that their session ends, too.
    await this.magicLinks.void(tx, userId, owner.emailKey);
    await this.passwords.set(tx, userId, change.password, false, this.attempts.countersOf(change, client));
    await this.sessions.endAll(tx, userId, reason, change.except ?? null);
    await this.challenges.endAll(tx, userId);
    await this.tokens.revoke(tx, owner, 'password_reset', 'password_change_required', 'email_change');
    await this.mail.enqueue(tx, {
      kind: mailKinds.passwordChanged,
      recipient: change.email,
      reference: userId,
      data: { address: client.address, userAgent: client.userAgent },
    });
    await this.audit.record(tx, { type: `authentication.${reason}`, userId, actorId: userId, client });
  }
}

/** What the sign-in had proved when the new password was asked for. */
function provedBefore(data: Readonly<Record<string, unknown>>): Pick<Proof, 'factor' | 'amr' | 'acr'> {
  const { factor = 'password', amr = ['pwd'], acr = singleFactor } = data as Partial<Proof>;
  return { factor, amr, acr };
}
