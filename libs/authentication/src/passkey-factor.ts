import { Injectable } from '@nestjs/common';
import { PasskeysRepository } from '@app/credentials';
import type { Tx } from '@app/database';
import type { UserId } from '@app/users';
import { PasskeyAssertions } from './passkey-assertions.js';
import { secondFactorOccasion } from './passkey-sign-in.service.js';
import { type FactorAnswer, type ProvenFactor, type SecondFactorCheck, SecondFactors } from './second-factors.js';

/** A passkey as a second factor. Its challenge is bound to the sign-in that asks. */
@Injectable()
export class PasskeyFactor implements SecondFactorCheck {
  readonly method = 'passkey';

  constructor(
    private readonly assertions: PasskeyAssertions,
    private readonly passkeys: PasskeysRepository,
    factors: SecondFactors,
  ) {
    factors.register(this);
  }

  async check(userId: UserId, { response }: FactorAnswer, challengeHash: Buffer): Promise<ProvenFactor | undefined> {
    const proven = await this.assertions.check(response, true);
    if (!proven.account || proven.account.userId !== userId) return undefined;
    const occasion = secondFactorOccasion(challengeHash, userId);
    return {
      amr: proven.userVerified ? ['pop', 'user'] : ['pop'],
      consume: (tx, client) => this.assertions.use(tx, proven, occasion, client),
    };
  }

  async removeAll(tx: Tx, userId: UserId): Promise<void> {
    await this.passkeys.removeAll(tx, userId);
  }
}
