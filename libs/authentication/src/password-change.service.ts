import { Injectable } from '@nestjs/common';
import { Audit, type ClientInfo } from '@app/audit';
import { type HashedPassword, type PasswordAccount, Passwords } from '@app/credentials';
import { isRandomToken, sha256 } from '@app/crypto';
import { Transactions, type Tx } from '@app/database';
import { Mail } from '@app/email';
import { isAccessEnded, type SessionEndReason, SessionsRepository, singleFactor } from '@app/sessions';
import { OneTimeTokens, tokenInvalid } from '@app/tokens';
import { type AccessValidFrom, emailKey, type UserId } from '@app/users';
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
  /** What the right to set it was proved under, and has to be the account's still; null: `useUp` is all of it. */
  readonly proved: AccessValidFrom | null;
  /** Uses up what gives that right, once nobody else changes the account. */
  readonly useUp?: (tx: Tx) => Promise<unknown>;
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
   *   `credentials.password_*`; unauthenticated `sessions.access_ended` where the password was changed meanwhile
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
    const { email, username, accessValidFrom: proved } = check.account;
    const password = await this.passwords.prepare(change.newPassword, { email, username });
    const reason = 'password_changed';
    await this.transactions.run((tx) =>
      this.apply(tx, { userId, email, username, password, reason, except: sessionId, proved }, client),
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
    const before = provedBefore(proved);
    const password = await this.passwords.prepare(newPassword, account);
    try {
      return await this.transactions.run((tx) => this.goOn(tx, hash, account, password, before, context));
    } catch (error) {
      if (!isAccessEnded(error)) throw error;
      // Says so where the challenge was used up by somebody else.
      await this.tokens.peekByHash(hash, 'password_change_required');
      const data = { factor: before.factor, reason: 'access_ended' };
      const type = 'authentication.sign_in_failed';
      await this.audit.recordAttempt({ type, userId: account.userId, client: context.client, data });
      throw tokenInvalid();
    }
  }

  /**
   * Sets a password, ends sessions, voids what the old password began, tells the owner; all in this transaction.
   * @returns what proofs of the account are worth something under from now on
   * @throws AppError unauthenticated `sessions.access_ended` where the right to set it is worth nothing any more
   */
  async apply(tx: Tx, change: NewPassword, client: ClientInfo): Promise<AccessValidFrom> {
    const { userId, reason, except, proved } = change;
    const owner = { userId, emailKey: emailKey(change.email) ?? null };
    // Sessions before all else. It locks the account, as sign-ins do before they use up anything: whoever was first has
    // committed, and what they opened is ended here; whoever comes now waits, and finds that their proof is too old.
    const { accessValidFrom } = await this.sessions.endAll(tx, userId, reason, { except: except ?? null, proved });
    await change.useUp?.(tx);
    await this.magicLinks.void(tx, userId, owner.emailKey);
    await this.passwords.set(tx, userId, change.password, false, this.attempts.countersOf(change, client));
    await this.challenges.endAll(tx, userId);
    await this.tokens.revoke(tx, owner, 'password_reset', 'password_change_required', 'email_change');
    await this.mail.enqueue(tx, {
      kind: mailKinds.passwordChanged,
      recipient: change.email,
      reference: userId,
      data: { address: client.address, userAgent: client.userAgent },
    });
    await this.audit.record(tx, { type: `authentication.${reason}`, userId, actorId: userId, client });
    return accessValidFrom;
  }

  /** Sets the required password and goes on with the sign-in that asked for it. */
  private async goOn(
    tx: Tx,
    hash: Buffer,
    { userId, email, username, secondFactors }: PasswordAccount,
    password: HashedPassword,
    { accessValidFrom: proved, ...before }: ProvedBefore,
    context: SignInContext,
  ): Promise<SignInResult> {
    const useUp = (within: Tx) => this.tokens.consumeByHash(within, hash, 'password_change_required');
    const change = { userId, email, username, password, reason: 'password_changed', proved, useUp } as const;
    const accessValidFrom = await this.apply(tx, change, context.client);
    const proof = { ...before, userId, accessValidFrom, secondFactors, mustChange: false };
    return this.completion.complete(proof, context, tx);
  }
}

type ProvedBefore = Pick<Proof, 'factor' | 'amr' | 'acr' | 'accessValidFrom'>;

/** What the sign-in had proved when the new password was asked for. */
function provedBefore(data: Readonly<Record<string, unknown>>): ProvedBefore {
  const { factor = 'password', amr = ['pwd'], acr = singleFactor, accessValidFrom } = data as Partial<Proof>;
  if (accessValidFrom === undefined) throw tokenInvalid();
  return { factor, amr, acr, accessValidFrom };
}
