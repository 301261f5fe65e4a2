import { Injectable } from '@nestjs/common';
import { type AuditEvent, auditRows, insertIntoAudit } from '@app/audit';
import { Database, type Sql, type Tx } from '@app/database';
import type { SessionCarrier } from '@app/sessions';
import { type AccessValidFrom, readAccessValidFrom, type SecondFactor, type UserId } from '@app/users';

export interface NewChallenge {
  readonly hash: Buffer;
  readonly userId: UserId;
  /** The account's when the first factor was proved: without it the challenge takes no answer. */
  readonly accessValidFrom: AccessValidFrom;
  /** The first factor, as the audit log calls it, and its RFC 8176 values. */
  readonly factor: string;
  readonly amr: readonly string[];
  readonly methods: readonly SecondFactor[];
  readonly carrier: SessionCarrier;
  /** The session that a step-up renews. */
  readonly replaces: string | null;
  /** Seconds. */
  readonly lifetime: number;
}

/** A challenge that may be answered: one of its attempts was just taken. */
export interface OpenChallenge extends Omit<NewChallenge, 'lifetime'> {
  readonly mustChange: boolean;
}

/** How a challenge stands that takes no answer. */
export type ClosedChallenge = 'foreign' | 'used' | 'expired' | 'exhausted';

@Injectable()
export class ChallengesRepository {
  constructor(private readonly database: Database) {}

  /** Inserts it with the record of the first factor, in one statement. @returns when it ends. */
  async insert(sql: Sql, challenge: NewChallenge, record: AuditEvent): Promise<Date> {
    const [row] = await sql.run<{ expiresAt: Date }>(insertChallenge, [
      challenge.hash,
      challenge.userId,
      challenge.factor,
      challenge.amr,
      challenge.methods,
      challenge.carrier,
      challenge.replaces,
      challenge.lifetime,
      auditRows([record]),
      challenge.accessValidFrom,
    ]);
    if (!row) throw new Error('the challenge was not inserted');
    return row.expiresAt;
  }

  /** Takes one attempt, before anything is compared: of many at once no more come through than are left. */
  async attempt(hash: Buffer, sessionId: string | null, limit: number): Promise<OpenChallenge | undefined> {
    const [row] = await this.database.run<OpenChallenge>(attemptChallenge, [hash, sessionId, limit]);
    return row;
  }

  /** The challenge without taking an attempt, for who has to prepare an answer. */
  async findOpen(hash: Buffer): Promise<OpenChallenge | undefined> {
    const [row] = await this.database.run<OpenChallenge>(findOpenChallenge, [hash]);
    return row;
  }

  /** Why attempt() gave nothing; undefined where there never was such a challenge. */
  async readClosed(hash: Buffer, sessionId: string | null, limit: number): Promise<ClosedChallenge | undefined> {
    const [row] = await this.database.run<{ state: ClosedChallenge }>(readClosedChallenge, [hash, sessionId, limit]);
    return row?.state;
  }

  /** @returns false where another answer was first. */
  async complete(tx: Tx, hash: Buffer): Promise<boolean> {
    return (await tx.run(completeChallenge, [hash])).length > 0;
  }

  /** Voids what a first factor that no longer counts has begun. */
  async endAll(tx: Tx, userId: UserId): Promise<void> {
    await tx.run(endChallenges, [userId]);
  }

  /** Deletes a batch of challenges that nobody can answer any more. @returns how many. */
  async deleteOld(): Promise<number> {
    return (await this.database.run(deleteOld)).length;
  }
}

const insertChallenge = {
  name: 'authentication.insert_challenge',
  text: `WITH challenge AS (
      INSERT INTO challenges (hash, user_id, factor, amr, methods, carrier, replaces, expires_at, access_valid_from)
      VALUES ($1, $2, $3, $4, $5, $6, $7, app_now() + $8::int * interval '1 second', $10) RETURNING expires_at
    ), record AS (${insertIntoAudit('$9')})
    SELECT expires_at AS "expiresAt" FROM challenge`,
};
const columns = `c.hash, c.user_id AS "userId", c.factor, c.amr, c.methods, c.carrier, c.replaces,
  ${readAccessValidFrom('c')} AS "accessValidFrom"`;
/** What a sign-in begun before the account's sessions were ended is worth: nothing. */
const counts = `u.id = c.user_id AND u.status = 'active' AND u.access_valid_from = c.access_valid_from`;
const mustChange = `coalesce((SELECT p.must_change FROM password_credentials p WHERE p.user_id = c.user_id), false)
  AS "mustChange"`;
const attemptChallenge = {
  name: 'authentication.attempt_challenge',
  text: `UPDATE challenges c SET attempts = attempts + 1 FROM users u
         WHERE c.hash = $1 AND ${counts} AND c.replaces IS NOT DISTINCT FROM $2::uuid
           AND c.completed_at IS NULL AND c.expires_at > app_now() AND c.attempts < $3
         RETURNING ${columns}, ${mustChange}`,
};
const findOpenChallenge = {
  name: 'authentication.find_open_challenge',
  text: `SELECT ${columns}, ${mustChange} FROM challenges c JOIN users u ON ${counts}
         WHERE c.hash = $1 AND c.completed_at IS NULL AND c.expires_at > app_now()`,
};
const readClosedChallenge = {
  name: 'authentication.read_closed_challenge',
  text: `SELECT CASE WHEN replaces IS DISTINCT FROM $2::uuid THEN 'foreign' WHEN completed_at IS NOT NULL THEN 'used'
           WHEN attempts >= $3 THEN 'exhausted' ELSE 'expired' END AS state
         FROM challenges WHERE hash = $1`,
};
const completeChallenge = {
  name: 'authentication.complete_challenge',
  text: `UPDATE challenges SET completed_at = app_now()
         WHERE hash = $1 AND completed_at IS NULL AND expires_at > app_now() RETURNING hash`,
};
const endChallenges = {
  name: 'authentication.end_challenges',
  text: 'UPDATE challenges SET expires_at = app_now() WHERE user_id = $1 AND completed_at IS NULL',
};
const deleteOld = {
  name: 'authentication.delete_old_challenges',
  text: `DELETE FROM challenges WHERE hash IN (
           SELECT hash FROM challenges WHERE expires_at < app_now() - interval '1 day' LIMIT 500) RETURNING hash`,
};
