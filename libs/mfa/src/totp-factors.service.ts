import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { RuntimeConfig } from '@app/config';
import { Envelopes } from '@app/crypto';
import type { Tx } from '@app/database';
import { FailureCounters } from '@app/limits';
import { type UserId, UsersRepository } from '@app/users';
import { failuresOf } from './failure-identity.js';
import { enrolmentCodeWrong, enrolmentMissing } from './mfa.errors.js';
import { matchingStep, newTotpSecret, type TotpEnrolmentKey, totpKey } from './totp.js';
import { type TotpFactorRow, TotpFactorsRepository } from './totp-factors.repository.js';

/** A right code of the authenticator app, not used up yet. */
export interface ProvenTotp {
  /** False: the code, or a later one, was used meanwhile. */
  consume(tx: Tx): Promise<boolean>;
}

/** The code that proves an enrolment. */
export interface ProvenEnrolment {
  /**
   * Puts the new factor into force in the place of the old one, and uses its code up.
   * @returns whether there was an old one
   * @throws AppError conflict `mfa.enrolment_missing` where somebody else was first
   */
  confirm(tx: Tx): Promise<boolean>;
}

/** Seconds from the beginning of an enrolment until its secret is worthless. */
const enrolmentLifetime = 1800;

/** Authenticator apps (RFC 6238). Whoever adds or removes one does so in the caller's transaction. */
@Injectable()
export class TotpFactors {
  constructor(
    private readonly repository: TotpFactorsRepository,
    private readonly users: UsersRepository,
    private readonly envelopes: Envelopes,
    private readonly failures: FailureCounters,
    private readonly runtime: RuntimeConfig,
  ) {}

  /** Since when the account has one; undefined where it has none. */
  async since(userId: UserId): Promise<Date | undefined> {
    return this.repository.confirmedSince(userId);
  }

  /** Begins an enrolment, in the place of one begun before. What is in force stays so until the code comes. */
  async begin(userId: UserId, label: string): Promise<TotpEnrolmentKey> {
    const id = randomUUID();
    const secret = newTotpSecret();
    await this.repository.insertUnconfirmed(id, userId, this.envelopes.seal(secret, placeOf(userId, id)));
    return totpKey(secret, this.runtime.productName, label);
  }

  /** @throws AppError conflict `mfa.enrolment_missing`; invalid `mfa.enrolment_code_wrong` */
  async proveEnrolment(userId: UserId, code: string): Promise<ProvenEnrolment> {
    const factor = await this.repository.findUnconfirmed(userId, enrolmentLifetime);
    if (!factor) throw enrolmentMissing();
    const step = this.stepOf(userId, factor, code);
    if (step === undefined) throw enrolmentCodeWrong();
    return { confirm: (tx) => this.confirm(tx, userId, factor.id, step) };
  }

  /** The time that counts is the database's. */
  async check(userId: UserId, code: string): Promise<ProvenTotp | undefined> {
    const factor = await this.repository.findConfirmed(userId);
    const step = factor && this.stepOf(userId, factor, code);
    if (!factor || step === undefined) return undefined;
    return { consume: (tx) => this.repository.consume(tx, factor.id, step) };
  }

  /** Removes what is in force. @returns whether there was anything. */
  async remove(tx: Tx, userId: UserId): Promise<boolean> {
    const removed = await this.repository.removeConfirmed(tx, userId);
    // Last, as where a code is used up: so the two never wait for each other.
    await this.failures.reset(failuresOf('totp', userId), tx);
    return removed;
  }

  /** Removes enrolments too. */
  async removeAll(tx: Tx, userId: UserId): Promise<void> {
    await this.repository.removeAll(tx, userId);
    await this.failures.reset(failuresOf('totp', userId), tx);
  }

  private async confirm(tx: Tx, userId: UserId, id: string, step: number): Promise<boolean> {
    // First of all: it makes others who change this account's factors wait.
    await this.users.addSecondFactor(tx, userId, 'totp');
    const replaced = await this.remove(tx, userId);
    if (!(await this.repository.confirm(tx, id, step))) throw enrolmentMissing();
    return replaced;
  }

  private stepOf(userId: UserId, { id, sealedSecret, currentStep, lastStep }: TotpFactorRow, code: string) {
    return matchingStep(this.envelopes.open(sealedSecret, placeOf(userId, id)), code, currentStep, lastStep);
  }
}

/** What a sealed secret is bound to: it opens for no other user and in no other row. */
export const placeOf = (userId: UserId, id: string): string => `totp:${userId}:${id}`;
