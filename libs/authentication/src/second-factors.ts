import { Injectable } from '@nestjs/common';
import type { ClientInfo } from '@app/audit';
import type { Tx } from '@app/database';
import type { SecondFactor, UserId } from '@app/users';

/** What a person gives as a second factor: a code they typed, or a passkey's response (WebAuthn, as JSON). */
export interface FactorAnswer {
  readonly code?: string | undefined;
  readonly response?: Readonly<Record<string, unknown>> | undefined;
}

/** A right answer, not used up yet. */
export interface ProvenFactor {
  /** RFC 8176 values. */
  readonly amr: readonly string[];
  /** Uses it up in the transaction that opens the session. False: somebody else was first. */
  consume(tx: Tx, client: ClientInfo): Promise<boolean>;
}

/** One kind of second factor. Checking changes nothing that a success depends on, and runs outside transactions. */
export interface SecondFactorCheck {
  readonly method: SecondFactor;
  /** Whether its answers can be guessed, so that wrong ones are counted: codes, not signatures. */
  readonly guessable?: boolean;
  /** @returns undefined where the answer is wrong. */
  check(userId: UserId, answer: FactorAnswer, challengeHash: Buffer): Promise<ProvenFactor | undefined>;
  /** Removes all that an account holds of this kind, and forgets its failures: they were lost. */
  removeAll(tx: Tx, userId: UserId): Promise<void>;
}

/** The kinds of second factor that this process knows. Each registers itself. */
@Injectable()
export class SecondFactors {
  private readonly checks = new Map<SecondFactor, SecondFactorCheck>();

  register(check: SecondFactorCheck): void {
    if (this.checks.has(check.method)) throw new Error(`second factor ${check.method} is registered twice`);
    this.checks.set(check.method, check);
  }

  of(method: SecondFactor): SecondFactorCheck {
    const check = this.checks.get(method);
    if (!check) throw new Error(`nobody checks ${method}`);
    return check;
  }

  /** Removes all second factors of an account. What `users.second_factors` says is the caller's. */
  async removeAll(tx: Tx, userId: UserId): Promise<void> {
    for (const check of this.checks.values()) await check.removeAll(tx, userId);
  }
}
