import { Injectable } from '@nestjs/common';
import { type AuditEvent, auditRows, insertIntoAudit } from '@app/audit';
import { Database, type Statement, type Tx } from '@app/database';
import { countFailures, type PlacedFailures, readFailures, resetFailures } from '@app/limits';
import { type DeviceState, failAtDevice, selectKnownDevice } from '@app/sessions';
import { emailKey, readAccessValidFrom, type UserId, usernameKey } from '@app/users';
import type { PasswordAccount } from './passwords.repository.js';

/** What stands before a try to sign in by password: read at once, before anything is hashed. */
export interface PasswordStanding {
  /** undefined where the identifier is unknown. */
  readonly account: PasswordAccount | undefined;
  /** Of the counters that were asked for: failures of everybody whose device the account does not know. */
  readonly strangers: readonly PlacedFailures[];
  /** The caller's device, where the account knows it. */
  readonly device: DeviceState | undefined;
  /** Strangers' wrong passwords in a row. */
  readonly failures: number;
  /** Disabled for everybody but known devices. */
  readonly disabled: boolean;
}

interface Row extends Omit<PasswordAccount, 'userId'> {
  readonly userId: UserId | null;
  readonly strangers: readonly PlacedFailures[];
  readonly failures: number;
  readonly disabled: boolean;
  readonly deviceHash: Buffer | null;
  readonly deviceFailures: number;
  readonly deviceSince: number | null;
}

/** A wrong password, and where it counts: with the strangers' counters, or with the device. */
export interface FailedAttempt {
  readonly userId: UserId | null;
  readonly counters: readonly Buffer[];
  readonly device: Buffer | null;
}

/** Tries to sign in by password. */
@Injectable()
export class PasswordAttemptsRepository {
  constructor(private readonly database: Database) {}

  /** One statement, the same for known and unknown identifiers. */
  async find(identifier: string, counters: readonly Buffer[], devices: readonly Buffer[]): Promise<PasswordStanding> {
    const byEmail = identifier.includes('@');
    const key = byEmail ? (emailKey(identifier) ?? '') : usernameKey(identifier);
    const statement = byEmail ? findByEmail : findByUsername;
    const [row] = await this.database.run<Row>(statement, [key, counters, devices]);
    if (!row) throw new Error('nothing was read');
    return standingOf(row);
  }

  /** Counts and records it in one statement. @returns how many in a row it now is: of strangers, or at the device. */
  async fail(tx: Tx, { userId, counters, device }: FailedAttempt, record: AuditEvent): Promise<number> {
    const [row] = await tx.run<{ failures: number }>(recordFailure, [counters, userId, device, auditRows([record])]);
    return row?.failures ?? 0;
  }

  /** Begins to count anew for strangers. @returns false where the password was disabled meanwhile. */
  async reset(userId: UserId, counters: readonly Buffer[]): Promise<boolean> {
    return (await this.database.run(resetStrangers, [userId, counters])).length > 0;
  }
}

function standingOf(row: Row): PasswordStanding {
  const { userId, strangers, failures, disabled, deviceHash, deviceFailures, deviceSince, ...account } = row;
  return {
    account: userId === null ? undefined : { userId, ...account },
    strangers,
    failures,
    disabled,
    device: deviceHash === null ? undefined : { hash: deviceHash, failures: deviceFailures, since: deviceSince },
  };
}

const find = (by: string): Statement => ({
  name: `credentials.find_by_${by}`,
  text: `SELECT u.id AS "userId", u.status, u.email, u.username, p.hash, coalesce(p.must_change, false) AS "mustChange",
           coalesce(u.second_factors, '{}') AS "secondFactors", ${readAccessValidFrom('u')} AS "accessValidFrom",
           u.email_verified_at IS NOT NULL AS verified,
           coalesce(p.failures, 0) AS failures,
           p.disabled_at IS NOT NULL AS disabled, ${readFailures('$2')} AS strangers,
           d.hash AS "deviceHash", coalesce(d.failures, 0) AS "deviceFailures", d.since AS "deviceSince"
         FROM (SELECT 1) AS always LEFT JOIN users u ON u.${by} = $1 AND u.status <> 'deleted'
           LEFT JOIN password_credentials p ON p.user_id = u.id
           LEFT JOIN LATERAL (${selectKnownDevice('u.id', '$3')}) d ON true`,
});
const findByEmail = find('email_key');
const findByUsername = find('username_key');
const recordFailure = {
  name: 'credentials.record_failure',
  text: `WITH counted AS (${countFailures('$1')}),
    password AS (
      UPDATE password_credentials SET failures = LEAST(failures + 1, 1000000)
      WHERE user_id = $2::bigint AND $3::bytea IS NULL RETURNING failures
    ),
    device AS (${failAtDevice('$2::bigint', '$3::bytea')}),
    record AS (${insertIntoAudit('$4')})
    SELECT coalesce((SELECT failures FROM password), (SELECT failures FROM device), 0) AS failures`,
};
const resetStrangers = {
  name: 'credentials.reset_failures',
  text: `WITH gone AS (${resetFailures('$2')})
    UPDATE password_credentials SET failures = 0 WHERE user_id = $1 AND disabled_at IS NULL RETURNING user_id`,
};
