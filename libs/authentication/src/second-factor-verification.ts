import { Injectable } from '@nestjs/common';
import { Audit, type ClientInfo } from '@app/audit';
import { isRandomToken, sha256 } from '@app/crypto';
import { Transactions, type Tx } from '@app/database';
import { isAccessEnded, multiFactor } from '@app/sessions';
import type { SecondFactor } from '@app/users';
import {
  challengeExhausted,
  challengeExpired,
  challengeForeign,
  challengeInvalid,
  challengeUsed,
  codeWrong,
  methodNotOffered,
} from './authentication.errors.js';
import { ChallengesRepository, type ClosedChallenge, type OpenChallenge } from './challenges.repository.js';
import { type Guess, SecondFactorGuesses } from './second-factor-guesses.js';
import { type FactorAnswer, type ProvenFactor, SecondFactors } from './second-factors.js';
import { SignInCompletion, type SignInResult } from './sign-in-completion.js';

/** Answers a challenge may get before it is worthless. */
const attemptLimit = 5;

/** Answers the challenge of a sign-in with a second factor. */
@Injectable()
export class SecondFactorVerification {
  constructor(
    private readonly challenges: ChallengesRepository,
    private readonly factors: SecondFactors,
    private readonly guesses: SecondFactorGuesses,
    private readonly completion: SignInCompletion,
    private readonly audit: Audit,
    private readonly transactions: Transactions,
  ) {}

  /**
   * @param sessionId the caller's session, where they have one: a step-up is answered from the session that began it
   * @throws AppError `authentication.challenge_invalid`, `…_foreign`, `…_expired`, `…_used`, `…_exhausted`;
   *   invalid `authentication.method_not_offered`; unauthenticated `authentication.code_wrong`; forbidden
   *   `mfa.factor_locked`; throttled `limits.throttled`
   */
  async verify(
    challengeId: string,
    method: SecondFactor,
    answer: FactorAnswer,
    sessionId: string | null,
    client: ClientInfo,
  ): Promise<SignInResult> {
    if (!isRandomToken(challengeId)) throw challengeInvalid();
    return this.verifyByHash(sha256(challengeId), method, answer, sessionId, client);
  }

  /** As verify, where only the SHA-256 of the id was kept. */
  async verifyByHash(
    hash: Buffer,
    method: SecondFactor,
    answer: FactorAnswer,
    sessionId: string | null,
    client: ClientInfo,
  ): Promise<SignInResult> {
    const challenge = await this.attempt(hash, sessionId);
    if (!challenge.methods.includes(method)) throw methodNotOffered(challenge.methods);
    const check = this.factors.of(method);
    const guess = check.guessable ? await this.guesses.take(challenge.userId, method, client) : undefined;
    const proven = await check.check(challenge.userId, answer, hash);
    const result = proven && (await this.finish(challenge, method, proven, guess, client));
    if (result) return result;
    await guess?.wasWrong();
    await this.recordFailure(challenge, method, client);
    throw codeWrong();
  }

  private async finish(
    challenge: OpenChallenge,
    method: SecondFactor,
    proven: ProvenFactor,
    guess: Guess | undefined,
    client: ClientInfo,
  ): Promise<SignInResult | undefined> {
    try {
      return await this.transactions.run(async (tx) => {
        const completed = await this.complete(tx, challenge, method, proven, client);
        if (completed) await guess?.wasRight(tx);
        return completed;
      });
    } catch (error) {
      if (!isAccessEnded(error)) throw error;
      await this.recordFailure(challenge, method, client, 'access_ended');
      // As any other whose account was shut before the answer came.
      throw challengeExpired();
    }
  }

  /** Uses up challenge and factor and goes on with the sign-in, all or nothing; undefined: the factor was used up. */
  private async complete(
    tx: Tx,
    challenge: OpenChallenge,
    method: SecondFactor,
    proven: ProvenFactor,
    client: ClientInfo,
  ): Promise<SignInResult | undefined> {
    const { hash, userId, accessValidFrom, carrier, mustChange, replaces } = challenge;
    if (!(await proven.consume(tx, client))) return undefined;
    if (!(await this.challenges.complete(tx, hash))) throw challengeUsed();
    const proof = {
      userId,
      accessValidFrom,
      factor: `${challenge.factor}+${method}`,
      amr: [...new Set([...challenge.amr, ...proven.amr, 'mfa'])],
      acr: multiFactor,
      secondFactors: challenge.methods,
      mustChange,
    };
    return this.completion.complete(proof, { carrier, client, replaces: replaces ?? undefined }, tx);
  }

  private async attempt(hash: Buffer, sessionId: string | null): Promise<OpenChallenge> {
    // Someone signed in may sign in anew: only a step-up's challenge is bound to their session.
    const challenge =
      (await this.challenges.attempt(hash, sessionId, attemptLimit)) ??
      (sessionId === null ? undefined : await this.challenges.attempt(hash, null, attemptLimit));
    if (challenge) return challenge;
    throw closed[(await this.challenges.readClosed(hash, sessionId, attemptLimit)) ?? 'unknown']();
  }

  private async recordFailure(
    { userId }: OpenChallenge,
    method: SecondFactor,
    client: ClientInfo,
    reason?: string,
  ): Promise<void> {
    const data = { method, ...(reason === undefined ? {} : { reason }) };
    await this.audit.recordAttempt({ type: 'authentication.second_factor_failed', userId, client, data });
  }
}

const closed: Readonly<Record<ClosedChallenge | 'unknown', () => Error>> = {
  unknown: challengeInvalid,
  foreign: challengeForeign,
  used: challengeUsed,
  expired: challengeExpired,
  exhausted: challengeExhausted,
};
