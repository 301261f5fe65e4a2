import { Injectable } from '@nestjs/common';
import { type AuditEvent, auditRows } from '@app/audit';
import { Database, type Sql, type Tx } from '@app/database';
import type { PreparedMail } from '@app/email';
import { insertIntoOutbox } from '@app/outbox';
import { type AccessValidFrom, readAccessValidFrom, type UserId } from '@app/users';
import { openSession, openWithFamily } from './open-session.statements.js';
import { type ActiveSession, type SessionCarrier, type SessionEndReason, sessionEndTopic } from './session.js';
import { accessEnded } from './sessions.errors.js';

/** What every request needs to know of its session, and no more: each column costs on every request. */
export interface CheckedSession extends Omit<ActiveSession, 'carrier' | 'createdAt' | 'lastSeenAt' | 'expiresAt'> {
  readonly now: number;
  /** Last seen long enough ago to be written again. */
  readonly dueForTouch: boolean;
}

export interface NewSession {
  readonly id: string;
  readonly userId: UserId;
  readonly accessValidFrom: AccessValidFrom;
  readonly carrier: SessionCarrier;
  readonly cookieHash: Buffer | null;
  readonly amr: readonly string[];
  readonly acr: string;
  readonly address: string | null;
  readonly userAgent: string | null;
  /** Seconds. */
  readonly idleExpiry: number;
  readonly expiry: number;
  readonly refresh: { readonly familyId: string; readonly hash: Buffer } | null;
  readonly device: SigningInDevice;
}

export interface SigningInDevice {
  /** What it may be known by. */
  readonly hashes: readonly Buffer[];
  /** What it is known by from now on, where it is not yet; null: it stays unknown. */
  readonly newHash: Buffer | null;
  /** The mail to the owner where the device is news to them, and the hash of the link's token. */
  readonly news: PreparedMail & { readonly tokenHash: Buffer };
}

export interface OpenedSession {
  readonly authTime: Date;
  readonly expiresAt: Date;
  readonly roles: readonly string[];
  /** Seconds since the epoch. */
  readonly now: number;
  /** Whether the device is known from now on, by the new hash. */
  readonly deviceAdded: boolean;
}

export interface EndedSessions {
  readonly ids: readonly string[];
  /** The account's from now on. */
  readonly accessValidFrom: AccessValidFrom;
}

export interface ListedSession extends ActiveSession {
  readonly address: string | null;
  readonly userAgent: string | null;
}

@Injectable()
export class SessionsRepository {
  constructor(private readonly database: Database) {}

  /** The session, if it lives and its user is active: the one statement of a session check. */
  async checkById(id: string): Promise<CheckedSession | undefined> {
    const [row] = await this.database.run<CheckedSession>(checkById, [id]);
    return row;
  }

  async checkByCookie(cookieHash: Buffer): Promise<CheckedSession | undefined> {
    const [row] = await this.database.run<CheckedSession>(checkByCookie, [cookieHash]);
    return row;
  }

  /**
   * Opens a session, with its refresh family where tokens carry it, the record of it, what is known of the device and
   * the mail about a new one, in one statement. It takes the account's row first, as does who ends sessions: of the two
   * the second sees what the first did.
   * @throws AppError unauthenticated `sessions.access_ended`
   */
  async open(sql: Sql, session: NewSession, record: AuditEvent): Promise<OpenedSession> {
    const values = [
      session.id,
      session.userId,
      session.carrier,
      session.cookieHash,
      session.amr,
      session.acr,
      session.address,
      session.userAgent,
      session.idleExpiry,
      session.expiry,
      auditRows([record]),
      session.device.hashes,
      session.device.newHash,
      session.device.news.tokenHash,
      session.device.news.id,
      session.device.news.sealedSecret,
      session.accessValidFrom,
    ];
    const [row] = session.refresh
      ? await sql.run<OpenedSession>(openWithFamily, [...values, session.refresh.familyId, session.refresh.hash])
      : await sql.run<OpenedSession>(openSession, values);
    if (!row) throw accessEnded();
    return row;
  }

  /** Records use and moves the idle limit. */
  async touch(ids: readonly string[], idleExpiry: number): Promise<void> {
    await this.database.run(touchSessions, [ids, idleExpiry]);
  }

  async list(userId: UserId): Promise<ListedSession[]> {
    return this.database.run<ListedSession>(listSessions, [userId]);
  }

  /** @returns the user whose session it was; undefined where it was not active. */
  async end(tx: Tx, id: string, userId: UserId | null, reason: SessionEndReason): Promise<UserId | undefined> {
    const [row] = await tx.run<{ userId: UserId }>(endSession, [id, userId, reason]);
    return row?.userId;
  }

  /**
   * Ends every session of a user but `except`, and the worth of whatever was proved or granted before. First of all in a
   * transaction that changes an account: it takes the account's row, as do sign-ins, so nobody waits in a circle.
   * @param proved what the caller's own proof was begun under
   * @throws AppError unauthenticated `sessions.access_ended` where that proof is worth nothing any more
   */
  async endAll(
    tx: Tx,
    userId: UserId,
    reason: SessionEndReason,
    {
      except = null,
      proved = null,
    }: { readonly except?: string | null; readonly proved?: AccessValidFrom | null } = {},
  ): Promise<EndedSessions> {
    const [row] = await tx.run<{ accessValidFrom: AccessValidFrom }>(moveAccess, [userId, proved]);
    if (!row) throw accessEnded();
    // A statement of its own: it sees what was opened while the one before waited.
    const ended = await tx.run<{ id: string }>(endSessions, [userId, reason, except]);
    return { ids: ended.map(({ id }) => id), accessValidFrom: row.accessValidFrom };
  }

  /**
   * Keeps a session from being ended until the transaction has: for changes of an account that outlive the session which
   * asked for them. Where nothing has locked the account yet, first of all.
   * @throws AppError unauthenticated `sessions.access_ended` where it has ended since the request was let in
   */
  async hold(tx: Tx, id: string, userId: UserId): Promise<void> {
    if (!(await this.holdIfOpen(tx, id, userId))) throw accessEnded();
  }

  /** As hold(). @returns false where it has ended, or is another's */
  async holdIfOpen(tx: Tx, id: string, userId: UserId): Promise<boolean> {
    return (await tx.run(holdSession, [id, userId])).length > 0;
  }

  /** The session that a refresh token belongs to, whether the token was used or not. */
  async findByRefreshToken(hash: Buffer): Promise<{ id: string; userId: UserId } | undefined> {
    const [row] = await this.database.run<{ id: string; userId: UserId }>(findByRefreshToken, [hash]);
    return row;
  }

  /** Ends a batch of sessions that are over by time and whose end somebody waits for. @returns how many. */
  async endExpired(): Promise<number> {
    return (await this.database.run(endExpired)).length;
  }

  /** Deletes a batch of sessions over for 90 days, with their families. @returns how many. */
  async deleteOld(): Promise<number> {
    return (await this.database.run(deleteOld)).length;
  }
}

const touchAfter = '60 seconds';
const active = `s.ended_at IS NULL AND s.expires_at > app_now() AND s.idle_expires_at > app_now()`;
const columns = `s.id, s.user_id AS "userId", s.carrier, u.roles, s.amr, s.acr, s.auth_time AS "authTime",
  s.created_at AS "createdAt", s.last_seen_at AS "lastSeenAt", s.expires_at AS "expiresAt"`;
const nowSeconds = `floor(extract(epoch FROM app_now()))::float8 AS now`;
const check = (name: string, key: string): { name: string; text: string } => ({
  name,
  text: `SELECT s.id, s.user_id AS "userId", u.roles, s.amr, s.acr, s.auth_time AS "authTime", ${nowSeconds},
           s.last_seen_at < app_now() - interval '${touchAfter}' AS "dueForTouch"
         FROM sessions s JOIN users u ON u.id = s.user_id
         WHERE ${key} = $1 AND ${active} AND u.status = 'active'`,
});
const checkById = check('sessions.check_by_id', 's.id');
const checkByCookie = check('sessions.check_by_cookie', 's.cookie_hash');

const seconds = (parameter: string): string => `app_now() + ${parameter}::int * interval '1 second'`;
const touchSessions = {
  name: 'sessions.touch',
  // Rows that another process is writing are left to it: two batches can never wait for each other.
  text: `UPDATE sessions SET last_seen_at = app_now(), idle_expires_at = least(expires_at, ${seconds('$2')})
         WHERE id IN (SELECT id FROM sessions WHERE id = ANY ($1::uuid[]) AND ended_at IS NULL
           AND idle_expires_at > app_now() FOR UPDATE SKIP LOCKED)`,
};
const listSessions = {
  name: 'sessions.list',
  text: `SELECT ${columns}, host(s.address) AS address, s.user_agent AS "userAgent"
         FROM sessions s JOIN users u ON u.id = s.user_id
         WHERE s.user_id = $1 AND ${active} ORDER BY s.last_seen_at DESC, s.id LIMIT 200`,
};
/** Every end of a session is one of these: whoever waits for it hears of it by the outbox. */
const ending = (name: string, reason: string, condition: string): { name: string; text: string } => ({
  name: `sessions.${name}`,
  text: `WITH ended AS (
           UPDATE sessions SET ended_at = app_now(), end_reason = ${reason}
           WHERE ended_at IS NULL AND ${condition} RETURNING id, user_id, end_awaited
         ), awaited AS (SELECT id FROM ended WHERE end_awaited),
           told AS (${insertIntoOutbox(sessionEndTopic, 'awaited.id::text', 'awaited')})
         SELECT id, user_id AS "userId" FROM ended`,
});
const endSession = ending('end', '$3', 'id = $1 AND user_id = coalesce($2, user_id)');
// Never the same twice, whatever the clock says.
const moveAccess = {
  name: 'sessions.end_access',
  text: `UPDATE users u SET access_valid_from = greatest(app_now(), u.access_valid_from + interval '1 microsecond')
         WHERE id = $1 AND u.access_valid_from = coalesce($2::timestamptz, u.access_valid_from)
         RETURNING ${readAccessValidFrom('u')} AS "accessValidFrom"`,
};
const endSessions = ending(
  'end_all',
  '$2',
  `user_id = $1 AND id <> coalesce($3, '00000000-0000-0000-0000-000000000000'::uuid)`,
);
const endExpired = ending(
  'end_expired',
  `'expired'`,
  `id IN (SELECT id FROM sessions WHERE end_awaited AND ended_at IS NULL
     AND least(expires_at, idle_expires_at) <= app_now() LIMIT 500 FOR UPDATE SKIP LOCKED)`,
);
const holdSession = {
  name: 'sessions.hold',
  text: `WITH owner AS MATERIALIZED (SELECT id FROM users WHERE id = $2 FOR SHARE)
         SELECT id FROM sessions WHERE id = $1 AND user_id = (SELECT id FROM owner) AND ended_at IS NULL FOR SHARE`,
};
const findByRefreshToken = {
  name: 'sessions.find_by_refresh_token',
  text: `SELECT s.id, s.user_id AS "userId" FROM refresh_tokens t JOIN refresh_families f ON f.id = t.family_id
           JOIN sessions s ON s.id = f.session_id WHERE t.hash = $1 AND s.ended_at IS NULL`,
};
const deleteOld = {
  name: 'sessions.delete_old',
  text: `DELETE FROM sessions WHERE id IN (
           SELECT id FROM sessions WHERE expires_at < app_now() - interval '90 days' LIMIT 500) RETURNING id`,
};
