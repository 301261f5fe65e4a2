import { Injectable } from '@nestjs/common';
import type { Tx } from '@app/database';
import { TotpFactors } from '@app/mfa';
import type { UserId } from '@app/users';
import { type FactorAnswer, type ProvenFactor, type SecondFactorCheck, SecondFactors } from './second-factors.js';

/** A code of an authenticator app as a second factor. */
@Injectable()
export class TotpFactor implements SecondFactorCheck {
  readonly method = 'totp';
  readonly guessable = true;

  constructor(
    private readonly totp: TotpFactors,
    factors: SecondFactors,
  ) {
    factors.register(this);
  }

  async check(userId: UserId, { code }: FactorAnswer): Promise<ProvenFactor | undefined> {
    const proven = code === undefined ? undefined : await this.totp.check(userId, code);
    return proven && { amr: ['otp'], consume: (tx) => proven.consume(tx) };
  }

  async removeAll(tx: Tx, userId: UserId): Promise<void> {
    await this.totp.removeAll(tx, userId);
  }
}
