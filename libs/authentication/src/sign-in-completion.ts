import { Injectable } from '@nestjs/common';
import type { ClientInfo } from '@app/audit';
import { randomToken, sha256 } from '@app/crypto';
import { Database, type Sql, Transactions, type Tx } from '@app/database';
import { EndSession, recovery, type SessionCarrier, Sessions, type SignedIn, singleFactor } from '@app/sessions';
import { OneTimeTokens } from '@app/tokens';
import { type AccessValidFrom, asksForSecondFactor, type SecondFactor, type UserId } from '@app/users';
import { Audit } from '@app/audit';
import { sessionOver } from './authentication.errors.js';
import { ChallengesRepository } from './challenges.repository.js';

/** What a sign-in comes to: a session, or what is still owed. */
export type SignInResult =
  | { readonly status: 'authenticated'; readonly session: SignedIn }
  | { readonly status: 'mfa_required'; readonly challenge: MfaChallenge }
  | { readonly status: 'password_change_required'; readonly challenge: IssuedChallenge };

export interface IssuedChallenge {
  /** Secret: whoever knows it goes on with this sign-in. */
  readonly id: string;
  readonly expiresAt: Date;
}

export interface MfaChallenge extends IssuedChallenge {
  readonly methods: readonly SecondFactor[];
}

/** What somebody has proved so far. */
export interface Proof {
  readonly userId: UserId;
  /** The account's when the proof began: where it is another by now, the proof opens nothing. */
  readonly accessValidFrom: AccessValidFrom;
  /** The factor, as the audit log calls it: `password`, `magic_link`, `passkey`, `password+totp`. */
  readonly factor: string;
  /** RFC 8176 values. */
  readonly amr: readonly string[];
  /** `singleFactor`, `multiFactor` or `recovery`. */
  readonly acr: string;
  /** What the account holds. */
  readonly secondFactors: readonly SecondFactor[];
  /** Whether the account owes a new password. */
  readonly mustChange: boolean;
}

/** How a sign-in was asked for. */
export interface SignInContext {
  readonly carrier: SessionCarrier;
  readonly client: ClientInfo;
  /** The session of the caller that the new one takes the place of: a step-up. */
  readonly replaces?: string | undefined;
}

/** Seconds in which a second factor must be proved. */
const challengeLifetime = 600;
/** Seconds in which somebody who lost their factors may set up new ones. */
const recoveryLifetime = 900;
/** Seconds in which a required new password must be chosen. */
const changeRequiredLifetime = 600;

/**
 * Where every way to sign in ends. Whoever proved one factor of an account that holds more gets a challenge; then
 * whoever owes a new password has to choose it; only then there is a session.
 */
@Injectable()
export class SignInCompletion {
  constructor(
    private readonly sessions: Sessions,
    private readonly endSession: EndSession,
    private readonly challenges: ChallengesRepository,
    private readonly tokens: OneTimeTokens,
    private readonly audit: Audit,
    private readonly transactions: Transactions,
    private readonly database: Database,
  ) {}

  /**
   * @param sql the transaction that uses up what was proved; without one each outcome is a statement of its own
   * @throws AppError unauthenticated `authentication.session_over` where the session to renew has ended meanwhile;
   *   `sessions.access_ended` where the account was shut since the proof began: whoever calls answers as if it had been
   *   shut before
   */
  async complete(proof: Proof, context: SignInContext, sql: Sql = this.database): Promise<SignInResult> {
    if (proof.acr === singleFactor && asksForSecondFactor(proof.secondFactors)) {
      return this.challenge(sql, proof, context);
    }
    if (proof.mustChange) return this.transactions.run((tx) => this.requireChange(tx, proof, context));
    return { status: 'authenticated', session: await this.open(sql, proof, context) };
  }

  private async challenge(sql: Sql, proof: Proof, { carrier, client, replaces }: SignInContext): Promise<SignInResult> {
    const id = randomToken();
    const { userId, accessValidFrom, factor, amr, secondFactors: methods } = proof;
    const expiresAt = await this.challenges.insert(
      sql,
      {
        hash: sha256(id),
        userId,
        accessValidFrom,
        factor,
        amr,
        methods,
        carrier,
        replaces: replaces ?? null,
        lifetime: challengeLifetime,
      },
      { type: 'authentication.second_factor_required', userId, actorId: userId, client, data: { factor } },
    );
    return { status: 'mfa_required', challenge: { id, methods, expiresAt } };
  }

  private async open(sql: Sql, proof: Proof, context: SignInContext): Promise<SignedIn> {
    const { carrier, client, replaces } = context;
    const { userId, accessValidFrom, amr, acr, factor } = proof;
    const record = { type: 'authentication.signed_in', data: { factor, carrier, steppedUp: replaces !== undefined } };
    const event = { userId, accessValidFrom, amr, acr, expiresIn: acr === recovery ? recoveryLifetime : undefined };
    if (replaces === undefined) return this.sessions.open(sql, event, carrier, record, client);
    return this.transactions.run(async (tx) => {
      // First the new one: like whoever ends all sessions, it takes the account's row before that of a session.
      const opened = await this.sessions.open(tx, event, carrier, record, client);
      if (!(await this.endSession.stepUp(tx, replaces, userId, opened.id))) throw sessionOver();
      return opened;
    });
  }

  private async requireChange(tx: Tx, proof: Proof, { client }: SignInContext): Promise<SignInResult> {
    const { userId, accessValidFrom, factor, amr, acr } = proof;
    const issued = await this.tokens.issue(tx, {
      purpose: 'password_change_required',
      reference: userId,
      userId,
      data: { accessValidFrom, factor, amr, acr },
      expiresIn: changeRequiredLifetime,
    });
    await this.audit.record(tx, {
      type: 'authentication.password_change_required',
      userId,
      actorId: userId,
      client,
      data: { factor },
    });
    return { status: 'password_change_required', challenge: { id: issued.token, expiresAt: issued.expiresAt } };
  }
}
