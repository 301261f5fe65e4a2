import { Injectable } from '@nestjs/common';
import { type PasskeyDescriptor, PasskeyRelyingParty, passkeyAlgorithms } from '@app/credentials';
import { AppError } from '@app/errors';
import { Transactions, type Tx } from '@app/database';
import { OneTimeTokens, type TokenPurpose } from '@app/tokens';
import { formatUserId, type User, type UserId } from '@app/users';
import { passkeyChallengeExpired, passkeyChallengeInvalid, passkeyChallengeUsed } from './passkey.errors.js';

export type PasskeyPurpose = Extract<TokenPurpose, `passkey_${string}`>;

/** What a challenge is given for, and to whom it is bound. */
export interface PasskeyOccasion {
  readonly purpose: PasskeyPurpose;
  /** The session, the challenge of a sign-in, or nobody. */
  readonly reference: string;
  readonly userId: UserId | null;
}

/** What `navigator.credentials` is called with: PublicKeyCredential…OptionsJSON of WebAuthn level 3. */
export interface PasskeyOptions {
  readonly publicKey: Readonly<Record<string, unknown>>;
  readonly expiresAt: Date;
}

/** Seconds in which an authenticator has to answer. */
const lifetime = 300;

/**
 * Challenges of WebAuthn: 256 random bits, one use, five minutes (ASVS 6.7.2). The challenge is the token itself, so
 * that the answer brings along what it is looked up by.
 */
@Injectable()
export class PasskeyChallenges {
  constructor(
    private readonly tokens: OneTimeTokens,
    private readonly relyingParty: PasskeyRelyingParty,
    private readonly transactions: Transactions,
  ) {}

  /** For `navigator.credentials.create`. */
  async forRegistration(occasion: PasskeyOccasion, owner: User, held: readonly PasskeyDescriptor[], rpName: string) {
    const { challenge, expiresAt } = await this.issue(occasion);
    const name = owner.email ?? owner.username ?? formatUserId(owner.id);
    const publicKey = {
      challenge,
      rp: { id: await this.relyingParty.id(), name: rpName },
      user: { id: userHandle(owner.id), name, displayName: owner.name ?? name },
      pubKeyCredParams: passkeyAlgorithms.map((alg) => ({ type: 'public-key', alg })),
      timeout: lifetime * 1000,
      excludeCredentials: held.map(descriptor),
      authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'preferred' },
      attestation: 'none',
    };
    return { publicKey, expiresAt };
  }

  /** For `navigator.credentials.get`. @param held whose passkeys may answer; undefined: anybody's, found by the device */
  async forSignIn(
    occasion: PasskeyOccasion,
    userVerification: 'preferred' | 'required',
    held?: readonly PasskeyDescriptor[],
  ): Promise<PasskeyOptions> {
    const { challenge, expiresAt } = await this.issue(occasion);
    const publicKey = {
      challenge,
      rpId: await this.relyingParty.id(),
      timeout: lifetime * 1000,
      userVerification,
      ...(held ? { allowCredentials: held.filter(({ suspended }) => !suspended).map(descriptor) } : {}),
    };
    return { publicKey, expiresAt };
  }

  /**
   * Uses a challenge up.
   * @throws AppError invalid `authentication.passkey_challenge_invalid`, also where it was given for something or
   *   somebody else; expired `…_expired`, `…_used`
   */
  async consume(tx: Tx, challenge: string, { purpose, reference, userId }: PasskeyOccasion): Promise<void> {
    const token = await this.take(tx, challenge, purpose);
    if (token.reference !== reference || token.userId !== userId) throw passkeyChallengeInvalid();
  }

  private async take(tx: Tx, challenge: string, purpose: PasskeyPurpose) {
    try {
      return await this.tokens.consume(tx, challenge, purpose);
    } catch (error) {
      throw (error instanceof AppError && refusals[error.code]?.()) || error;
    }
  }

  private async issue({
    purpose,
    reference,
    userId,
  }: PasskeyOccasion): Promise<{ challenge: string; expiresAt: Date }> {
    const issued = await this.transactions.run((tx) =>
      this.tokens.issue(tx, { purpose, reference, userId, expiresIn: lifetime }),
    );
    return { challenge: issued.token, expiresAt: issued.expiresAt };
  }
}

/** How an authenticator that finds its passkeys by itself says whose they are (WebAuthn level 3, 4: user handle). */
export const userHandle = (id: UserId): string => Buffer.from(formatUserId(id)).toString('base64url');

const descriptor = ({ credentialId, transports }: PasskeyDescriptor) => ({
  type: 'public-key',
  id: credentialId.toString('base64url'),
  transports,
});

const refusals: Readonly<Record<string, () => AppError>> = {
  'tokens.invalid': passkeyChallengeInvalid,
  'tokens.expired': passkeyChallengeExpired,
  'tokens.used': passkeyChallengeUsed,
};
