import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, type Sql, type Tx } from '@app/database';
import type { UserId } from '@app/users';

/** `pending`: it can only be stopped yet. `ready`: the owner may finish it. */
export type FactorResetState = 'pending' | 'ready' | 'cancelled' | 'completed' | 'expired';

export interface FactorResetRow {
  readonly id: string;
  readonly userId: UserId;
  readonly requestedBy: UserId;
  readonly requestedAt: Date;
  readonly takesEffectAt: Date;
  readonly expiresAt: Date;
  readonly cancelledAt: Date | null;
  readonly completedAt: Date | null;
  readonly state: FactorResetState;
  /** Seconds until it expires. */
  readonly secondsLeft: number;
}

@Injectable()
export class FactorResetsRepository {
  constructor(private readonly database: Database) {}

  /**
   * @param delay seconds until it takes effect; @param window seconds after that in which it can be finished
   * @returns undefined where the account has an open one.
   */
  async insert(
    tx: Tx,
    reset: { readonly userId: UserId; readonly requestedBy: UserId; readonly delay: number; readonly window: number },
  ): Promise<FactorResetRow | undefined> {
    const { userId, requestedBy, delay, window } = reset;
    await tx.run(deleteUnused, [userId]);
    const [row] = await tx.run<FactorResetRow>(insertReset, [randomUUID(), userId, requestedBy, delay, window]);
    return row;
  }

  async find(id: string, sql: Sql = this.database): Promise<FactorResetRow | undefined> {
    const [row] = await sql.run<FactorResetRow>(findReset, [id]);
    return row;
  }

  /** The last one of an account. */
  async findLast(userId: UserId): Promise<FactorResetRow | undefined> {
    const [row] = await this.database.run<FactorResetRow>(findLast, [userId]);
    return row;
  }

  /** @returns the one that was open; undefined where there was none. */
  async cancel(tx: Tx, userId: UserId): Promise<FactorResetRow | undefined> {
    const [row] = await tx.run<FactorResetRow>(cancelReset, [userId]);
    return row;
  }

  /** @returns false where it has not taken effect yet, or is over. */
  async complete(tx: Tx, id: string): Promise<boolean> {
    return (await tx.run(completeReset, [id])).length > 0;
  }

  /** Deletes a batch of those over for 90 days; the audit log keeps what happened. @returns how many. */
  async deleteOld(): Promise<number> {
    return (await this.database.run(deleteOld)).length;
  }
}

const columns = `id, user_id AS "userId", requested_by AS "requestedBy", requested_at AS "requestedAt",
  takes_effect_at AS "takesEffectAt", expires_at AS "expiresAt", cancelled_at AS "cancelledAt",
  completed_at AS "completedAt",
  CASE WHEN completed_at IS NOT NULL THEN 'completed' WHEN cancelled_at IS NOT NULL THEN 'cancelled'
    WHEN expires_at <= app_now() THEN 'expired' WHEN takes_effect_at <= app_now() THEN 'ready' ELSE 'pending' END AS state,
  greatest(0, ceil(extract(epoch FROM expires_at - app_now())))::int AS "secondsLeft"`;
const open = 'cancelled_at IS NULL AND completed_at IS NULL';
// One that nobody used in time makes room for the next.
const deleteUnused = {
  name: 'authentication.delete_unused_factor_reset',
  text: `DELETE FROM factor_resets WHERE user_id = $1 AND ${open} AND expires_at <= app_now()`,
};
const insertReset = {
  name: 'authentication.insert_factor_reset',
  text: `INSERT INTO factor_resets (id, user_id, requested_by, takes_effect_at, expires_at)
         VALUES ($1, $2, $3, app_now() + $4::int * interval '1 second',
           app_now() + ($4::int + $5::int) * interval '1 second')
         ON CONFLICT (user_id) WHERE ${open} DO NOTHING RETURNING ${columns}`,
};
const findReset = {
  name: 'authentication.find_factor_reset',
  text: `SELECT ${columns} FROM factor_resets WHERE id = $1`,
};
const findLast = {
  name: 'authentication.find_last_factor_reset',
  text: `SELECT ${columns} FROM factor_resets WHERE user_id = $1 ORDER BY requested_at DESC, id LIMIT 1`,
};
const cancelReset = {
  name: 'authentication.cancel_factor_reset',
  text: `UPDATE factor_resets SET cancelled_at = app_now()
         WHERE user_id = $1 AND ${open} AND expires_at > app_now() RETURNING ${columns}`,
};
const completeReset = {
  name: 'authentication.complete_factor_reset',
  text: `UPDATE factor_resets SET completed_at = app_now()
         WHERE id = $1 AND ${open} AND takes_effect_at <= app_now() AND expires_at > app_now() RETURNING id`,
};
const deleteOld = {
  name: 'authentication.delete_old_factor_resets',
  text: `DELETE FROM factor_resets WHERE id IN (
           SELECT id FROM factor_resets WHERE expires_at < app_now() - interval '90 days' LIMIT 500) RETURNING id`,
};
