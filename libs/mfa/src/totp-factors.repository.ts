import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@app/database';
import type { UserId } from '@app/users';
import { totpPeriod } from './totp.js';

/** A factor, and the time step that it is now. */
export interface TotpFactorRow {
  readonly id: string;
  readonly sealedSecret: Buffer;
  readonly lastStep: number;
  readonly currentStep: number;
}

@Injectable()
export class TotpFactorsRepository {
  constructor(private readonly database: Database) {}

  async findConfirmed(userId: UserId): Promise<TotpFactorRow | undefined> {
    const [row] = await this.database.run<TotpFactorRow>(findConfirmed, [userId]);
    return row;
  }

  /** The factor being enrolled, where that began no longer ago than `lifetime` seconds. */
  async findUnconfirmed(userId: UserId, lifetime: number): Promise<TotpFactorRow | undefined> {
    const [row] = await this.database.run<TotpFactorRow>(findUnconfirmed, [userId, lifetime]);
    return row;
  }

  async confirmedSince(userId: UserId): Promise<Date | undefined> {
    const [row] = await this.database.run<{ since: Date }>(readSince, [userId]);
    return row?.since;
  }

  /** Takes the place of another enrolment that was begun and not confirmed. */
  async insertUnconfirmed(id: string, userId: UserId, sealedSecret: Buffer): Promise<void> {
    await this.database.run(insertUnconfirmed, [id, userId, sealedSecret]);
  }

  /** Uses up a step, and all before it. @returns false where it, or a later one, was used up already. */
  async consume(tx: Tx, id: string, step: number): Promise<boolean> {
    return (await tx.run(consumeStep, [id, step])).length > 0;
  }

  /** Puts an enrolled factor into force, its step used up. @returns false where it is gone or in force already. */
  async confirm(tx: Tx, id: string, step: number): Promise<boolean> {
    return (await tx.run(confirmFactor, [id, step])).length > 0;
  }

  /** @returns whether there was one in force. */
  async removeConfirmed(tx: Tx, userId: UserId): Promise<boolean> {
    return (await tx.run(removeConfirmed, [userId])).length > 0;
  }

  async removeAll(tx: Tx, userId: UserId): Promise<void> {
    await tx.run(removeAll, [userId]);
  }

  /** Deletes a batch of enrolments that nobody finished. @returns how many. */
  async deleteUnfinished(): Promise<number> {
    return (await this.database.run(deleteUnfinished)).length;
  }
}

const find = (name: string, condition: string): { name: string; text: string } => ({
  name,
  text: `SELECT id, sealed_secret AS "sealedSecret", last_step::float8 AS "lastStep",
           floor(extract(epoch FROM app_now()) / ${totpPeriod})::float8 AS "currentStep"
         FROM totp_factors WHERE user_id = $1 AND ${condition}`,
});
const findConfirmed = find('mfa.find_totp', 'confirmed_at IS NOT NULL');
const findUnconfirmed = find(
  'mfa.find_totp_enrolment',
  `confirmed_at IS NULL AND created_at > app_now() - $2::int * interval '1 second'`,
);
const readSince = {
  name: 'mfa.read_totp',
  text: 'SELECT confirmed_at AS since FROM totp_factors WHERE user_id = $1 AND confirmed_at IS NOT NULL',
};
const insertUnconfirmed = {
  name: 'mfa.insert_totp',
  text: `INSERT INTO totp_factors (id, user_id, sealed_secret) VALUES ($1, $2, $3)
         ON CONFLICT (user_id) WHERE confirmed_at IS NULL
         DO UPDATE SET id = excluded.id, sealed_secret = excluded.sealed_secret, created_at = app_now()`,
};
// The account first, as where factors are changed and sessions opened and ended, so that nobody waits in a circle.
const consumeStep = {
  name: 'mfa.consume_totp_step',
  text: `WITH owner AS MATERIALIZED (
           SELECT id FROM users WHERE id = (SELECT user_id FROM totp_factors WHERE id = $1) FOR SHARE)
         UPDATE totp_factors SET last_step = $2
         WHERE id = $1 AND user_id = (SELECT id FROM owner) AND last_step < $2 RETURNING id`,
};
const confirmFactor = {
  name: 'mfa.confirm_totp',
  text: `UPDATE totp_factors SET confirmed_at = app_now(), last_step = $2
         WHERE id = $1 AND confirmed_at IS NULL RETURNING id`,
};
const removeConfirmed = {
  name: 'mfa.remove_totp',
  text: 'DELETE FROM totp_factors WHERE user_id = $1 AND confirmed_at IS NOT NULL RETURNING id',
};
const removeAll = {
  name: 'mfa.remove_all_totp',
  text: 'DELETE FROM totp_factors WHERE user_id = $1',
};
const deleteUnfinished = {
  name: 'mfa.delete_unfinished_totp',
  text: `DELETE FROM totp_factors WHERE id IN (
           SELECT id FROM totp_factors WHERE confirmed_at IS NULL AND created_at < app_now() - interval '1 day' LIMIT 500)
         AND confirmed_at IS NULL RETURNING id`,
};
