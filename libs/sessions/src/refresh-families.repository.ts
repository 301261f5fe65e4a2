import { Injectable } from '@nestjs/common';
import { Database, type Sql, type Tx } from '@app/database';
import type { UserId } from '@app/users';

/** What the access token that goes with a refresh token says. */
export interface RefreshedSession {
  readonly sessionId: string;
  readonly userId: UserId;
  readonly roles: readonly string[];
  readonly amr: readonly string[];
  readonly acr: string;
  readonly authTime: Date;
  /** Seconds since the epoch. */
  readonly now: number;
}

/** How a token stands that could not be consumed. */
export interface RefusedRefreshToken extends RefreshedSession {
  readonly consumed: boolean;
  /** Family, session and user are all in order. */
  readonly live: boolean;
  /** Consumed within the grace, and its child was not used yet. */
  readonly graced: boolean;
  readonly sealedSuccessor: Buffer | null;
  readonly familyId: string;
  readonly address: string | null;
  readonly userAgent: string | null;
}

export interface Rotation {
  readonly hash: Buffer;
  readonly familyId: string;
  readonly childHash: Buffer;
  readonly sealedSuccessor: Buffer;
  /** Seconds. */
  readonly idleExpiry: number;
  readonly address: string | null;
  readonly userAgent: string | null;
}

@Injectable()
export class RefreshFamiliesRepository {
  constructor(private readonly database: Database) {}

  /**
   * Consumes a token and inserts its child in one statement; of two at once the row's lock lets one through.
   * @returns undefined where the token was used, its family revoked, or anything it hangs on has ended.
   */
  async rotate(rotation: Rotation): Promise<RefreshedSession | undefined> {
    const [row] = await this.database.run<RefreshedSession>(rotate, [
      rotation.hash,
      rotation.familyId,
      rotation.childHash,
      rotation.sealedSuccessor,
      rotation.idleExpiry,
      rotation.address,
      rotation.userAgent,
    ]);
    return row;
  }

  /** Why a token was refused; undefined where it never existed. */
  async readRefused(hash: Buffer, grace: number): Promise<RefusedRefreshToken | undefined> {
    const [row] = await this.database.run<RefusedRefreshToken>(readRefused, [hash, grace]);
    return row;
  }

  /** @returns false where it was revoked before: of many that notice a reuse, one tells the owner. */
  async revoke(tx: Tx, familyId: string, reason: string): Promise<boolean> {
    return (await tx.run(revokeFamily, [familyId, reason])).length > 0;
  }

  /** Deletes a batch of tokens of families that are over. @returns how many. */
  async deleteOldTokens(sql: Sql = this.database): Promise<number> {
    return (await sql.run(deleteOldTokens)).length;
  }
}

const principal = `s.id AS "sessionId", s.user_id AS "userId", u.roles, s.amr, s.acr, s.auth_time AS "authTime",
  floor(extract(epoch FROM app_now()))::float8 AS now`;

// The session row is updated in the same statement: its last use, where it was used from, and the idle limit.
const rotate = {
  name: 'sessions.rotate_refresh_token',
  text: `WITH consumed AS (
      UPDATE refresh_tokens t SET consumed_at = app_now(), sealed_successor = $4
      FROM refresh_families f JOIN sessions s ON s.id = f.session_id JOIN users u ON u.id = s.user_id
      WHERE t.hash = $1 AND t.family_id = $2 AND t.consumed_at IS NULL AND t.idle_expires_at > app_now()
        AND f.id = t.family_id AND f.revoked_at IS NULL AND f.expires_at > app_now()
        AND s.ended_at IS NULL AND s.expires_at > app_now() AND u.status = 'active'
      RETURNING t.family_id, t.hash, t.generation, ${principal}
    ), child AS (
      INSERT INTO refresh_tokens (hash, family_id, parent_hash, generation, idle_expires_at)
      SELECT $3, family_id, hash, generation + 1, app_now() + $5::int * interval '1 second' FROM consumed
    ), touched AS (
      UPDATE sessions SET last_seen_at = app_now(), address = $6, user_agent = $7,
        idle_expires_at = least(expires_at, app_now() + $5::int * interval '1 second')
      FROM consumed WHERE sessions.id = consumed."sessionId" AND sessions.ended_at IS NULL
    )
    SELECT "sessionId", "userId", roles, amr, acr, "authTime", now FROM consumed`,
};
const readRefused = {
  name: 'sessions.read_refused_refresh_token',
  text: `SELECT ${principal}, t.consumed_at IS NOT NULL AS consumed, t.sealed_successor AS "sealedSuccessor",
      f.id AS "familyId", host(s.address) AS address, s.user_agent AS "userAgent",
      f.revoked_at IS NULL AND f.expires_at > app_now() AND s.ended_at IS NULL AND s.expires_at > app_now()
        AND u.status = 'active' AS live,
      coalesce(t.consumed_at > app_now() - $2::int * interval '1 second' AND child.consumed_at IS NULL, false) AS graced
    FROM refresh_tokens t JOIN refresh_families f ON f.id = t.family_id
      JOIN sessions s ON s.id = f.session_id JOIN users u ON u.id = s.user_id
      LEFT JOIN refresh_tokens child ON child.family_id = t.family_id AND child.generation = t.generation + 1
    WHERE t.hash = $1`,
};
const revokeFamily = {
  name: 'sessions.revoke_family',
  text: `UPDATE refresh_families SET revoked_at = app_now(), revoke_reason = $2
         WHERE id = $1 AND revoked_at IS NULL RETURNING id`,
};
const deleteOldTokens = {
  name: 'sessions.delete_old_refresh_tokens',
  text: `DELETE FROM refresh_tokens WHERE hash IN (
           SELECT t.hash FROM refresh_families f JOIN refresh_tokens t ON t.family_id = f.id
           WHERE f.expires_at < app_now() - interval '1 day' LIMIT 1000) RETURNING hash`,
};
