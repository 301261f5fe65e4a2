import { Injectable } from '@nestjs/common';
import { Database, type Sql, type Tx } from '@app/database';
import { insertIntoOutbox } from '@app/outbox';
import type { UserId } from '@app/users';
import type { IndieauthDomain } from '../persistence/indieauth-domain.entity.js';
import { domainChecksTopic } from './domain-rules.js';

/** A domain as its owner sees it. */
export type Domain = Pick<
  IndieauthDomain,
  | 'id'
  | 'userId'
  | 'me'
  | 'domain'
  | 'txtValue'
  | 'dnsProvedAt'
  | 'email'
  | 'emailProvedAt'
  | 'verifiedAt'
  | 'checkedAt'
  | 'lapsedAt'
  | 'lapseReason'
  | 'createdAt'
>;

export interface StandingDomain extends Domain {
  /** Nothing could be found out for weeks. */
  readonly unseen: boolean;
}

export interface NewDomain {
  readonly id: string;
  readonly userId: UserId;
  readonly me: string;
  readonly domain: string;
  readonly txtValue: string;
}

/** As an export tells of it; times are ISO 8601. */
export interface ProvedPage {
  readonly me: string;
  readonly verifiedAt: string;
  readonly lapsedAt: string | null;
}

export const domainsPerUser = 20;
/** Wrong codes that one mail bears. */
const attemptsPerCode = 5;

/** Pages of users, and what is proved of them. */
@Injectable()
export class DomainsRepository {
  constructor(private readonly database: Database) {}

  /** @returns undefined where the user has the page already, or has too many */
  async add(tx: Tx, { id, userId, me, domain, txtValue }: NewDomain): Promise<Domain | undefined> {
    const [row] = await tx.run<Domain>(addDomain, [id, userId, me, domain, txtValue, domainsPerUser]);
    return row;
  }

  list(userId: UserId): Promise<Domain[]> {
    return this.database.run<Domain>(listDomains, [userId]);
  }

  async find(userId: UserId, id: string): Promise<Domain | undefined> {
    const [row] = await this.database.run<Domain>(findDomain, [userId, id]);
    return row;
  }

  /** The pages that a user can sign in with. */
  async verified(userId: UserId, sql: Sql = this.database): Promise<string[]> {
    return (await sql.run<{ me: string }>(verifiedDomains, [userId])).map(({ me }) => me);
  }

  /** The pages that accounts have proved, with those whose proof has lapsed since. */
  async proved(userIds: readonly UserId[]): Promise<ReadonlyMap<UserId, readonly ProvedPage[]>> {
    const rows = await this.database.run<{ userId: UserId; pages: ProvedPage[] }>(provedPages, [userIds]);
    return new Map(rows.map(({ userId, pages }) => [userId, pages]));
  }

  async keepDnsProof(id: string): Promise<void> {
    await this.database.run(keepDnsProof, [id]);
  }

  /** Takes the place of a code before. @param lifetime seconds */
  async keepCode(tx: Tx, id: string, email: string, codeHash: Buffer, lifetime: number): Promise<void> {
    await tx.run(keepCode, [id, email, codeHash, lifetime]);
  }

  /** One of the tries of a code: the hash to hold it against. undefined: there is no try left, or no code. */
  async takeAttempt(userId: UserId, id: string): Promise<Buffer | undefined> {
    const [row] = await this.database.run<{ codeHash: Buffer }>(takeAttempt, [userId, id, attemptsPerCode]);
    return row?.codeHash;
  }

  /** Uses up the code, once. @returns undefined where it was used, or replaced, meanwhile */
  async verify(tx: Tx, id: string, codeHash: Buffer, checkAgainIn: number): Promise<Domain | undefined> {
    const [row] = await tx.run<Domain>(verifyDomain, [id, codeHash, checkAgainIn]);
    return row;
  }

  async remove(tx: Tx, userId: UserId, id: string): Promise<Domain | undefined> {
    const [row] = await tx.run<Domain>(removeDomain, [userId, id]);
    return row;
  }

  async removeAll(tx: Tx, userId: UserId): Promise<void> {
    await tx.run(removeAllDomains, [userId]);
  }

  /**
   * Hands domains that are due to the outbox. They are due again later, whatever becomes of the check; one whose check
   * is still open is handed over no second time. @returns how many were due
   */
  async scheduleDue(limit: number, retryIn: number): Promise<number> {
    return (await this.database.run(scheduleDue, [limit, retryIn])).length;
  }

  /** One that stands, to be held against the world. */
  async findStanding(id: string): Promise<StandingDomain | undefined> {
    const [row] = await this.database.run<StandingDomain>(findStanding, [id]);
    return row;
  }

  async confirm(tx: Tx, id: string, checkAgainIn: number): Promise<void> {
    await tx.run(confirmDomain, [id, checkAgainIn]);
  }

  /** @returns undefined where it had lapsed, or was proved anew, meanwhile */
  async lapse(tx: Tx, { id, verifiedAt }: Domain, reason: IndieauthDomain['lapseReason']): Promise<Domain | undefined> {
    const [row] = await tx.run<Domain>(lapseDomain, [id, reason, verifiedAt]);
    return row;
  }
}

const columns = `id, user_id AS "userId", me, domain, txt_value AS "txtValue", dns_proved_at AS "dnsProvedAt", email,
  email_proved_at AS "emailProvedAt", verified_at AS "verifiedAt", checked_at AS "checkedAt", lapsed_at AS "lapsedAt",
  lapse_reason AS "lapseReason", created_at AS "createdAt"`;
const addDomain = {
  name: 'indieauth.add_domain',
  text: `INSERT INTO indieauth_domains (id, user_id, me, domain, txt_value)
         SELECT $1, $2, $3, $4, $5
         WHERE (SELECT count(*) FROM indieauth_domains WHERE user_id = $2) < $6::int
         ON CONFLICT (user_id, me) DO NOTHING RETURNING ${columns}`,
};
const listDomains = {
  name: 'indieauth.list_domains',
  text: `SELECT ${columns} FROM indieauth_domains WHERE user_id = $1 ORDER BY created_at, id`,
};
const findDomain = {
  name: 'indieauth.find_domain',
  text: `SELECT ${columns} FROM indieauth_domains WHERE user_id = $1 AND id = $2`,
};
const verifiedDomains = {
  name: 'indieauth.verified_domains',
  text: `SELECT me FROM indieauth_domains
         WHERE user_id = $1 AND verified_at IS NOT NULL AND lapsed_at IS NULL ORDER BY created_at, id`,
};
const provedPages = {
  name: 'indieauth.proved_pages',
  text: `SELECT user_id AS "userId", jsonb_agg(jsonb_build_object('me', me,
             'verifiedAt', to_char(verified_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
             'lapsedAt', to_char(lapsed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
           ORDER BY created_at, id) AS pages
         FROM indieauth_domains WHERE user_id = ANY ($1::bigint[]) AND verified_at IS NOT NULL GROUP BY user_id`,
};
const keepDnsProof = {
  name: 'indieauth.keep_dns_proof',
  text: 'UPDATE indieauth_domains SET dns_proved_at = app_now() WHERE id = $1',
};
const keepCode = {
  name: 'indieauth.keep_code',
  text: `UPDATE indieauth_domains SET email = $2, code_hash = $3, code_attempts = 0,
           code_expires_at = app_now() + $4::int * interval '1 second'
         WHERE id = $1`,
};
const takeAttempt = {
  name: 'indieauth.take_code_attempt',
  text: `UPDATE indieauth_domains SET code_attempts = code_attempts + 1
         WHERE user_id = $1 AND id = $2 AND code_hash IS NOT NULL AND code_expires_at > app_now()
           AND code_attempts < $3::int
         RETURNING code_hash AS "codeHash"`,
};
const verifyDomain = {
  name: 'indieauth.verify_domain',
  text: `UPDATE indieauth_domains SET email_proved_at = app_now(), verified_at = app_now(), checked_at = app_now(),
           next_check_at = app_now() + $3::int * interval '1 second', lapsed_at = NULL, lapse_reason = NULL,
           code_hash = NULL, code_expires_at = NULL, code_attempts = 0
         WHERE id = $1 AND code_hash = $2 AND code_expires_at > app_now() AND dns_proved_at IS NOT NULL
         RETURNING ${columns}`,
};
const removeDomain = {
  name: 'indieauth.remove_domain',
  text: `DELETE FROM indieauth_domains WHERE user_id = $1 AND id = $2 RETURNING ${columns}`,
};
const removeAllDomains = {
  name: 'indieauth.remove_all_domains',
  text: 'DELETE FROM indieauth_domains WHERE user_id = $1',
};
const unscheduled = `due WHERE NOT EXISTS (
           SELECT FROM outbox o WHERE o.topic = '${domainChecksTopic}' AND o.reference = due.id::text)`;
const scheduleDue = {
  name: 'indieauth.schedule_due_domains',
  text: `WITH due AS (
           UPDATE indieauth_domains SET next_check_at = app_now() + $2::int * interval '1 second'
           WHERE id IN (
             SELECT id FROM indieauth_domains WHERE next_check_at <= app_now()
             ORDER BY next_check_at LIMIT $1 FOR UPDATE SKIP LOCKED)
           RETURNING id
         ), outbox_rows AS (${insertIntoOutbox(domainChecksTopic, 'due.id::text', unscheduled)})
         SELECT id FROM due`,
};
const findStanding = {
  name: 'indieauth.find_standing_domain',
  text: `SELECT ${columns}, checked_at < app_now() - interval '14 days' AS unseen
         FROM indieauth_domains WHERE id = $1 AND verified_at IS NOT NULL AND lapsed_at IS NULL`,
};
const confirmDomain = {
  name: 'indieauth.confirm_domain',
  text: `UPDATE indieauth_domains SET checked_at = app_now(), dns_proved_at = app_now(),
           next_check_at = app_now() + $2::int * interval '1 second'
         WHERE id = $1 AND lapsed_at IS NULL`,
};
/* A time that went through JavaScript has milliseconds. */
const lapseDomain = {
  name: 'indieauth.lapse_domain',
  text: `UPDATE indieauth_domains SET lapsed_at = app_now(), lapse_reason = $2, checked_at = app_now(),
           next_check_at = NULL, dns_proved_at = NULL, email_proved_at = NULL
         WHERE id = $1 AND lapsed_at IS NULL AND date_trunc('milliseconds', verified_at) = $3
         RETURNING ${columns}`,
};
