import { Injectable } from '@nestjs/common';
import { Audit, type ClientInfo } from '@app/audit';
import { PasskeysRepository } from '@app/credentials';
import { isRandomToken, sha256 } from '@app/crypto';
import { Transactions } from '@app/database';
import { isAccessEnded, multiFactor } from '@app/sessions';
import type { UserId } from '@app/users';
import { challengeForeign, challengeInvalid } from './authentication.errors.js';
import { ChallengesRepository } from './challenges.repository.js';
import { PasskeyAssertions, type ProvenPasskey } from './passkey-assertions.js';
import { passkeyRefused, userVerificationNeeded } from './passkey.errors.js';
import { PasskeyChallenges, type PasskeyOccasion, type PasskeyOptions } from './passkey-challenges.js';
import { type Proof, SignInCompletion, type SignInContext, type SignInResult } from './sign-in-completion.js';

/** A session that is to be renewed. */
export interface SteppingUp {
  readonly userId: UserId;
  readonly sessionId: string;
}

const anybody: PasskeyOccasion = { purpose: 'passkey_sign_in', reference: 'anybody', userId: null };

/** The occasion of a challenge that is answered as a second factor: bound to the sign-in that began it. */
export const secondFactorOccasion = (challengeHash: Buffer, userId: UserId): PasskeyOccasion => ({
  purpose: 'passkey_second_factor',
  reference: challengeHash.toString('hex'),
  userId,
});

/** Signs in by passkey: the first factor, both at once, or a step-up. */
@Injectable()
export class PasskeySignIn {
  constructor(
    private readonly passkeys: PasskeysRepository,
    private readonly challenges: PasskeyChallenges,
    private readonly owed: ChallengesRepository,
    private readonly assertions: PasskeyAssertions,
    private readonly completion: SignInCompletion,
    private readonly audit: Audit,
    private readonly transactions: Transactions,
  ) {}

  /** Options for somebody who has not said who they are: the device knows. */
  async options(): Promise<PasskeyOptions> {
    return this.challenges.forSignIn(anybody, 'required');
  }

  /**
   * Options for the challenge of a sign-in: only whoever holds it learns which passkeys the account has.
   * @param sessionId the caller's session, to which a step-up's challenge is bound
   * @throws AppError `authentication.challenge_invalid`, `…_foreign`
   */
  async optionsForChallenge(challengeId: string, sessionId: string | null): Promise<PasskeyOptions> {
    if (!isRandomToken(challengeId)) throw challengeInvalid();
    return this.optionsForChallengeHash(sha256(challengeId), sessionId);
  }

  /** As optionsForChallenge, where only the SHA-256 of the id was kept. */
  async optionsForChallengeHash(hash: Buffer, sessionId: string | null): Promise<PasskeyOptions> {
    const challenge = await this.owed.findOpen(hash);
    if (!challenge?.methods.includes('passkey')) throw challengeInvalid();
    if (challenge.replaces !== null && challenge.replaces !== sessionId) throw challengeForeign();
    const { userId } = challenge;
    const held = await this.passkeys.describe(userId);
    return this.challenges.forSignIn(secondFactorOccasion(hash, userId), 'preferred', held);
  }

  /** Options for somebody signed in who has to prove that again. */
  async optionsForStepUp(caller: SteppingUp): Promise<PasskeyOptions> {
    const held = await this.passkeys.describe(caller.userId);
    return this.challenges.forSignIn(stepUpOccasion(caller), 'required', held);
  }

  /**
   * Signs in without an identifier. Unknown and revoked passkeys, disabled and unverified accounts are refused alike.
   * User verification is a must: else a found security key would open what asks others for a password and the key.
   * @throws AppError unauthenticated `authentication.passkey_refused`; forbidden
   *   `authentication.user_verification_needed`; as PasskeyChallenges.consume
   */
  async signIn(answer: unknown, context: SignInContext): Promise<SignInResult> {
    const checked = await this.assertions.check(answer, false);
    if (!checked.account) throw await this.refused(checked.userId, checked.reason, context.client);
    const { userId, status, verified } = checked.account;
    if (status !== 'active' || !verified) throw await this.refused(userId, 'account_not_active', context.client);
    await this.needUserVerified(checked, context.client);
    return this.finish(checked, anybody, context);
  }

  /**
   * Proves again that it is the caller, at the highest level: user verification is a must.
   * @throws AppError as signIn; forbidden `authentication.user_verification_needed`
   */
  async stepUp(answer: unknown, userId: UserId, context: SignInContext & { readonly replaces: string }) {
    const checked = await this.assertions.check(answer, true);
    if (!checked.account) throw await this.refused(checked.userId, checked.reason, context.client);
    if (checked.account.userId !== userId) throw await this.refused(userId, 'foreign', context.client);
    await this.needUserVerified(checked, context.client);
    return this.finish(checked, stepUpOccasion({ userId, sessionId: context.replaces }), context);
  }

  private async finish(
    proven: ProvenPasskey,
    occasion: PasskeyOccasion,
    context: SignInContext,
  ): Promise<SignInResult> {
    const proof = proofOf(proven);
    try {
      const result = await this.transactions.run(async (tx) =>
        (await this.assertions.use(tx, proven, occasion, context.client))
          ? this.completion.complete(proof, context, tx)
          : undefined,
      );
      if (result) return result;
    } catch (error) {
      throw isAccessEnded(error) ? await this.refused(proof.userId, 'access_ended', context.client) : error;
    }
    throw await this.refused(proof.userId, 'counter_or_suspended', context.client);
  }

  private async needUserVerified({ account, userVerified }: ProvenPasskey, client: ClientInfo): Promise<void> {
    if (userVerified) return;
    await this.refused(account.userId, 'user_not_verified', client);
    throw userVerificationNeeded();
  }

  private async refused(userId: UserId | null, reason: string, client: ClientInfo): Promise<Error> {
    const data = { factor: 'passkey', reason };
    await this.audit.recordAttempt({ type: 'authentication.sign_in_failed', userId, client, data });
    return passkeyRefused();
  }
}

const stepUpOccasion = ({ userId, sessionId }: SteppingUp): PasskeyOccasion => ({
  purpose: 'passkey_step_up',
  reference: sessionId,
  userId,
});

/** Possession, and what unlocked it: two factors at once. */
function proofOf({ account: { userId, accessValidFrom, mustChange, secondFactors } }: ProvenPasskey): Proof {
  const account = { userId, accessValidFrom, mustChange, secondFactors };
  return { ...account, factor: 'passkey', amr: ['pop', 'user', 'mfa'], acr: multiFactor };
}
