import { Injectable } from '@nestjs/common';
import { Database, type Sql, type Tx } from '@app/database';
import type { EmailAddress, UserId } from '@app/users';

export type InviteState = 'pending' | 'accepted' | 'expired' | 'revoked';

export const inviteStates = ['pending', 'accepted', 'expired', 'revoked'] as const satisfies readonly InviteState[];

export interface NewInvite {
  readonly id: string;
  readonly email: EmailAddress;
  readonly note: string | null;
  readonly roles: readonly string[];
  readonly createdBy: UserId;
  readonly tokenHash: Buffer;
}

/** An invite as administrators see it. */
export interface ListedInvite {
  readonly id: string;
  readonly email: string;
  readonly note: string | null;
  readonly roles: string[];
  readonly state: InviteState;
  readonly createdBy: UserId;
  readonly creatorName: string | null;
  readonly createdAt: Date;
  readonly sentAt: Date;
  readonly expiresAt: Date | null;
  readonly acceptedAt: Date | null;
  readonly acceptedBy: UserId | null;
  /** `createdAt` to the microsecond, for the next page. */
  readonly position: string;
}

export interface InviteSearch {
  readonly state?: InviteState | undefined;
  readonly limit: number;
  /** `position` and `id` after which to go on. */
  readonly after?: readonly [position: string, id: string] | undefined;
}

/** What a link's invite holds, and how it stands. */
export interface InviteOfToken {
  readonly id: string;
  readonly email: string;
  readonly emailKey: string;
  readonly roles: string[];
  readonly inviter: string | null;
  /** `inactive`: its mail was not tried yet. */
  readonly state: InviteState | 'inactive';
}

@Injectable()
export class InvitesRepository {
  constructor(private readonly database: Database) {}

  /** Lets nobody else open an invite of an address until the transaction ends. */
  async lockAddress(tx: Tx, emailKey: string): Promise<void> {
    await tx.run(lockAddress, [emailKey]);
  }

  /** @returns false where the address has an open invite. */
  async insert(tx: Tx, { id, email, note, roles, createdBy, tokenHash }: NewInvite): Promise<boolean> {
    const values = [id, email.address, email.key, note, roles, createdBy, tokenHash];
    return (await tx.run(insertInvite, values)).length > 0;
  }

  async find(id: string, sql: Sql = this.database): Promise<ListedInvite | undefined> {
    const [row] = await sql.run<ListedInvite>(findInvite, [id]);
    return row;
  }

  /** The newest first. For administrators only: it may scan. */
  async list({ state, limit, after }: InviteSearch): Promise<ListedInvite[]> {
    return this.database.run<ListedInvite>(listInvites, [state ?? null, after?.[0] ?? null, after?.[1] ?? null, limit]);
  }

  /**
   * Gives it a new token; the old one is worth nothing any more.
   * @returns false where it is accepted or revoked, or its address has another open one
   */
  async renew(tx: Tx, id: string, tokenHash: Buffer): Promise<boolean> {
    return (await tx.run(renewInvite, [id, tokenHash])).length > 0;
  }

  /** @returns false where it is accepted, or revoked already. */
  async revoke(tx: Tx, id: string): Promise<boolean> {
    return (await tx.run(revokeInvite, [id])).length > 0;
  }

  /** Revokes the open invites of somebody who shall invite nobody any more. */
  async revokeAllBy(tx: Tx, creator: UserId): Promise<void> {
    await tx.run(revokeInvitesBy, [creator]);
  }

  /** Starts the life of a mailed token. @returns undefined where the token is no longer the invite's. */
  async activate(tx: Tx, tokenHash: Buffer, seconds: number): Promise<{ inviter: string | null } | undefined> {
    const [row] = await tx.run<{ inviter: string | null }>(activateInvite, [tokenHash, seconds]);
    return row;
  }

  async findByToken(tokenHash: Buffer, sql: Sql = this.database): Promise<InviteOfToken | undefined> {
    const [row] = await sql.run<InviteOfToken>(findByToken, [tokenHash]);
    return row;
  }

  /** Uses it: one conditional UPDATE, so that of two that try at once one succeeds. @returns false where it is over. */
  async consume(tx: Tx, tokenHash: Buffer): Promise<boolean> {
    return (await tx.run(consumeInvite, [tokenHash])).length > 0;
  }

  /** Notes whom a used one has become. */
  async acceptedBy(tx: Tx, tokenHash: Buffer, userId: UserId): Promise<void> {
    await tx.run(noteAccepted, [tokenHash, userId]);
  }

  /** Deletes a batch of invites whose last mail is long ago. @returns how many. */
  async deleteOld(): Promise<number> {
    return (await this.database.run(deleteOld)).length;
  }
}

const isOpen = 'accepted_at IS NULL AND revoked_at IS NULL';
const works = `token_hash = $1 AND ${isOpen} AND expires_at > app_now()`;
const state = `CASE WHEN i.accepted_at IS NOT NULL THEN 'accepted' WHEN i.revoked_at IS NOT NULL THEN 'revoked'
  WHEN i.expires_at <= app_now() THEN 'expired' ELSE 'pending' END`;
/** Whether an address has an open invite beside one. */
const hasOther = (emailKey: string, id: string): string => `EXISTS (SELECT FROM invites o
  WHERE o.email_key = ${emailKey} AND o.id <> ${id} AND o.accepted_at IS NULL AND o.revoked_at IS NULL
    AND (o.expires_at IS NULL OR o.expires_at > app_now()))`;
const lockAddress = {
  name: 'authentication.lock_invited_address',
  text: `SELECT pg_advisory_xact_lock(hashtextextended('gatehouse.invite ' || $1, 0))`,
};
const insertInvite = {
  name: 'authentication.insert_invite',
  text: `INSERT INTO invites (id, email, email_key, note, roles, created_by, token_hash)
         SELECT $1::uuid, $2::text, $3::text, $4::text, $5::text[], $6::bigint, $7::bytea
         WHERE NOT ${hasOther('$3::text', '$1::uuid')} RETURNING id`,
};
const listed = `
  SELECT i.id, i.email, i.note, i.roles, ${state} AS state, i.created_by AS "createdBy", c.name AS "creatorName",
    i.created_at AS "createdAt", i.sent_at AS "sentAt", i.expires_at AS "expiresAt", i.accepted_at AS "acceptedAt",
    i.accepted_by AS "acceptedBy", to_char(i.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS position
  FROM invites i JOIN users c ON c.id = i.created_by`;
const findInvite = { name: 'authentication.find_invite', text: `${listed} WHERE i.id = $1` };
const listInvites = {
  name: 'authentication.list_invites',
  text: `${listed}
         WHERE ($1::text IS NULL OR ${state} = $1)
           AND ($2::timestamptz IS NULL OR (i.created_at, i.id) < ($2::timestamptz, $3::uuid))
         ORDER BY i.created_at DESC, i.id DESC LIMIT $4`,
};
const renewInvite = {
  name: 'authentication.renew_invite',
  text: `UPDATE invites i SET token_hash = $2, sent_at = app_now(), expires_at = NULL
         WHERE id = $1 AND ${isOpen} AND NOT ${hasOther('i.email_key', 'i.id')} RETURNING id`,
};
const revokeInvite = {
  name: 'authentication.revoke_invite',
  text: `UPDATE invites SET revoked_at = app_now() WHERE id = $1 AND ${isOpen} RETURNING id`,
};
const revokeInvitesBy = {
  name: 'authentication.revoke_invites_by',
  text: `UPDATE invites SET revoked_at = app_now() WHERE created_by = $1 AND ${isOpen}`,
};
const activateInvite = {
  name: 'authentication.activate_invite',
  text: `UPDATE invites SET expires_at = app_now() + $2::int * interval '1 second'
         WHERE token_hash = $1 AND ${isOpen} AND expires_at IS NULL
         RETURNING (SELECT name FROM users WHERE id = created_by) AS inviter`,
};
const findByToken = {
  name: 'authentication.find_invite_by_token',
  text: `SELECT i.id, i.email, i.email_key AS "emailKey", i.roles, c.name AS inviter,
           CASE WHEN ${state} = 'pending' AND i.expires_at IS NULL THEN 'inactive' ELSE ${state} END AS state
         FROM invites i JOIN users c ON c.id = i.created_by WHERE i.token_hash = $1`,
};
const consumeInvite = {
  name: 'authentication.consume_invite',
  text: `UPDATE invites SET accepted_at = app_now() WHERE ${works} RETURNING id`,
};
const noteAccepted = {
  name: 'authentication.note_accepted_invite',
  text: 'UPDATE invites SET accepted_by = $2 WHERE token_hash = $1',
};
const deleteOld = {
  name: 'authentication.delete_old_invites',
  text: `DELETE FROM invites WHERE id IN (
           SELECT id FROM invites WHERE sent_at < app_now() - interval '180 days' LIMIT 500) RETURNING id`,
};
