import { Injectable } from '@nestjs/common';
import { type AuditEvent, auditRows, insertIntoAudit } from '@app/audit';
import { Database, type Sql, type Tx } from '@app/database';
import { type AccessValidFrom, readAccessValidFrom, type SecondFactor, type UserId } from '@app/users';

export interface NewMagicLink {
  readonly id: string;
  readonly emailKey: string;
  readonly tokenHash: Buffer;
  readonly bindingHash: Buffer;
  readonly codeHash: Buffer;
}

/** The account that a link signed in to. */
export interface MagicLinkAccount {
  readonly userId: UserId;
  readonly secondFactors: readonly SecondFactor[];
  readonly mustChange: boolean;
  readonly accessValidFrom: AccessValidFrom;
}

/** A request whose code is being typed: one of its attempts was just taken. */
export interface MagicCodeAttempt {
  readonly emailKey: string;
  readonly codeHash: Buffer;
  readonly userId: UserId | null;
}

/** How a request stands. `closed`: none of an account that takes it. */
export interface MagicLinkState {
  readonly state: 'open' | 'closed' | 'used' | 'expired' | 'exhausted';
  readonly userId: UserId | null;
  readonly bindingHash: Buffer;
  /** The address as the account writes it; null where there is no account. */
  readonly email: string | null;
}

@Injectable()
export class MagicLinksRepository {
  constructor(private readonly database: Database) {}

  /** Inserts it with the record of the request, in one statement. */
  async insert(
    tx: Tx,
    { id, emailKey, tokenHash, bindingHash, codeHash }: NewMagicLink,
    record: AuditEvent,
  ): Promise<void> {
    await tx.run(insertLink, [id, emailKey, tokenHash, bindingHash, codeHash, auditRows([record])]);
  }

  /**
   * Starts its life at the first attempt to deliver and binds it to the account that has the address; without one it
   * lives as long, so that whoever asked sees no difference. @returns whether there is an account to mail to.
   */
  async activate(tx: Tx, id: string, seconds: number): Promise<boolean> {
    const [row] = await tx.run<{ userId: UserId | null }>(activateLink, [id, seconds]);
    return row !== undefined && row.userId !== null;
  }

  /** Uses it from where it was asked for: one conditional UPDATE, so that of two that try at once one succeeds. */
  async consumeByToken(sql: Sql, tokenHash: Buffer, bindingHash: Buffer): Promise<MagicLinkAccount | undefined> {
    const [row] = await sql.run<MagicLinkAccount>(consumeByToken, [tokenHash, bindingHash]);
    return row;
  }

  /** Uses it by its code, which was found right. */
  async consumeByCode(sql: Sql, id: string): Promise<MagicLinkAccount | undefined> {
    const [row] = await sql.run<MagicLinkAccount>(consumeByCode, [id]);
    return row;
  }

  /** Takes one attempt before anything is compared; requests of unknown addresses have as many. */
  async attempt(id: string, limit: number): Promise<MagicCodeAttempt | undefined> {
    const [row] = await this.database.run<MagicCodeAttempt>(attemptCode, [id, limit]);
    return row;
  }

  /** How the request of a token stands; undefined where there never was one. */
  async readByToken(tokenHash: Buffer, sql: Sql = this.database): Promise<MagicLinkState | undefined> {
    const [row] = await sql.run<MagicLinkState>(readByToken, [tokenHash, noLimit]);
    return row;
  }

  async readById(id: string, limit: number, sql: Sql = this.database): Promise<MagicLinkState | undefined> {
    const [row] = await sql.run<MagicLinkState>(readById, [id, limit]);
    return row;
  }

  /** Makes an account's open links useless, and those of its address whose mail still waits. */
  async void(tx: Tx, userId: UserId, emailKey: string | null): Promise<void> {
    await tx.run(voidLinks, [userId, emailKey]);
  }

  /** Deletes a batch of requests that nobody can use any more. @returns how many. */
  async deleteOld(): Promise<number> {
    return (await this.database.run(deleteOld)).length;
  }
}

/** For a link, which no typed code uses up. */
const noLimit = 2_147_483_647;

const insertLink = {
  name: 'authentication.insert_magic_link',
  text: `WITH link AS (
      INSERT INTO magic_links (id, email_key, token_hash, binding_hash, code_hash) VALUES ($1, $2, $3, $4, $5)
    ) ${insertIntoAudit('$6')}`,
};
const activateLink = {
  name: 'authentication.activate_magic_link',
  text: `UPDATE magic_links m SET expires_at = app_now() + $2::int * interval '1 second', user_id = (
           SELECT u.id FROM users u
           WHERE u.email_key = m.email_key AND u.status = 'active' AND u.email_verified_at IS NOT NULL)
         WHERE id = $1 AND expires_at IS NULL AND consumed_at IS NULL RETURNING user_id AS "userId"`,
};
/** An account that has moved to another address, or is none any more, takes no link. */
const takes = `u.id = m.user_id AND u.email_key = m.email_key AND u.status = 'active' AND u.email_verified_at IS NOT NULL`;
// The account first, as where links are voided and sessions opened and ended, so that nobody waits in a circle.
const consume = (by: string): string => `
  WITH owner AS MATERIALIZED (SELECT u.* FROM magic_links m JOIN users u ON ${takes} WHERE ${by} FOR SHARE OF u)
  UPDATE magic_links m SET consumed_at = app_now() FROM owner u
  WHERE ${by} AND m.user_id = u.id AND m.consumed_at IS NULL AND m.expires_at > app_now()
  RETURNING u.id AS "userId", u.second_factors AS "secondFactors", ${readAccessValidFrom('u')} AS "accessValidFrom",
    coalesce((SELECT p.must_change FROM password_credentials p WHERE p.user_id = u.id), false) AS "mustChange"`;
const consumeByToken = {
  name: 'authentication.consume_magic_link',
  text: consume('m.token_hash = $1 AND m.binding_hash = $2'),
};
const consumeByCode = { name: 'authentication.consume_magic_code', text: consume('m.id = $1') };
const attemptCode = {
  name: 'authentication.attempt_magic_code',
  text: `UPDATE magic_links SET attempts = attempts + 1
         WHERE id = $1 AND attempts < $2 AND consumed_at IS NULL AND (expires_at IS NULL OR expires_at > app_now())
         RETURNING email_key AS "emailKey", code_hash AS "codeHash", user_id AS "userId"`,
};
const read = (by: string): string => `
  SELECT m.user_id AS "userId", m.binding_hash AS "bindingHash", u.email,
    CASE WHEN m.consumed_at IS NOT NULL THEN 'used' WHEN m.expires_at <= app_now() THEN 'expired'
      WHEN m.attempts >= $2 THEN 'exhausted' WHEN u.id IS NULL OR m.expires_at IS NULL THEN 'closed' ELSE 'open' END AS state
  FROM magic_links m LEFT JOIN users u ON ${takes} WHERE ${by}`;
const readByToken = { name: 'authentication.read_magic_link', text: read('m.token_hash = $1') };
const readById = { name: 'authentication.read_magic_code', text: read('m.id = $1') };
// It is left like the request of an unknown address, so that whoever asked does not learn that something changed.
const voidLinks = {
  name: 'authentication.void_magic_links',
  text: `UPDATE magic_links SET user_id = NULL, expires_at = coalesce(expires_at, app_now() + interval '10 minutes')
         WHERE (user_id = $1 OR (email_key = $2 AND expires_at IS NULL)) AND consumed_at IS NULL`,
};
// A mail that waited longer than this says nothing that anybody still wants.
const deleteOld = {
  name: 'authentication.delete_old_magic_links',
  text: `DELETE FROM magic_links WHERE id IN (
           SELECT id FROM magic_links WHERE created_at < app_now() - interval '2 days' LIMIT 500) RETURNING id`,
};
