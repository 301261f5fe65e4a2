import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, type Sql, type Tx } from '@app/database';
import type { EmailAddress } from './email-address.js';
import type { UserStatus } from './persistence/user.entity.js';
import type { Profile } from './profile.js';
import type { SecondFactor } from './second-factor.js';
import { newUserId, type UserId } from './user-id.js';
import { usernameKey } from './username.js';

/** An account that comes from elsewhere, whole. */
export interface BulkUser {
  /** The id it is to keep; a new one where it has none. */
  readonly id: UserId | undefined;
  readonly email: EmailAddress;
  readonly emailVerified: boolean;
  readonly username: string | undefined;
  readonly status: Exclude<UserStatus, 'deleted'>;
  readonly profile: Profile;
  readonly phoneNumberVerified: boolean;
  readonly roles: readonly string[];
  readonly groups: readonly string[];
  readonly secondFactors: readonly SecondFactor[];
  /** ISO 8601; now, where it is unknown. Never later than now. */
  readonly createdAt: string | undefined;
  readonly updatedAt: string | undefined;
}

/** An account as it leaves. */
export interface StoredUser extends Profile {
  readonly id: UserId;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly username: string | null;
  readonly status: UserStatus;
  readonly phoneNumberVerified: boolean;
  readonly roles: readonly string[];
  readonly groups: readonly string[];
  readonly secondFactors: readonly SecondFactor[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What an existing account holds of what others want. */
export interface TakenNames {
  readonly id: UserId;
  readonly emailKey: string | null;
  readonly usernameKey: string | null;
}

/** Accounts by the hundred, for imports and exports: a few statements, however many. */
@Injectable()
export class BulkUsers {
  constructor(private readonly database: Database) {}

  /** The accounts that have one of these addresses, user names or ids. */
  async findTaken(users: readonly BulkUser[], sql: Sql = this.database): Promise<readonly TakenNames[]> {
    return sql.run<TakenNames>(findTaken, [
      users.map(({ email }) => email.key),
      users.flatMap(({ username }) => (username === undefined ? [] : [usernameKey(username)])),
      users.flatMap(({ id }) => (id === undefined ? [] : [id])),
    ]);
  }

  /**
   * Inserts what is free, with its groups, which are made where they do not exist.
   * @returns the ids by the place of the user in the list; undefined where address, user name or id was taken.
   */
  async insert(tx: Tx, users: readonly BulkUser[]): Promise<readonly (UserId | undefined)[]> {
    const ids = users.map(({ id }) => id ?? newUserId());
    const rows = await tx.run<{ id: UserId }>(insertUsers, [
      JSON.stringify(users.map((user, at) => rowOf(user, ids[at]))),
    ]);
    const inserted = new Set(rows.map(({ id }) => id));
    await this.joinGroups(
      tx,
      users
        .flatMap(({ groups }, at) => groups.map((group) => ({ id: ids[at], group })))
        .filter(({ id }) => inserted.has(id as UserId)),
    );
    return ids.map((id) => (inserted.has(id) ? id : undefined));
  }

  /** The next accounts in the order of their ids, without the deleted ones. */
  async page(after: UserId | undefined, limit: number): Promise<readonly StoredUser[]> {
    return this.database.run<StoredUser>(readPage, [after ?? null, limit]);
  }

  private async joinGroups(tx: Tx, members: readonly { id: UserId | undefined; group: string }[]): Promise<void> {
    if (members.length === 0) return;
    // In one order, so that two imports never wait for each other.
    const names = [...new Set(members.map(({ group }) => group))].sort();
    await tx.run(insertGroups, [names.map(() => randomUUID()), names]);
    await tx.run(insertMembers, [members.map(({ id }) => id), members.map(({ group }) => group)]);
  }
}

const claims = {
  name: 'name',
  givenName: 'given_name',
  familyName: 'family_name',
  middleName: 'middle_name',
  nickname: 'nickname',
  profile: 'profile',
  picture: 'picture',
  website: 'website',
  gender: 'gender',
  birthdate: 'birthdate',
  zoneinfo: 'zoneinfo',
  locale: 'locale',
  phoneNumber: 'phone_number',
} as const;
const claimColumns = Object.values(claims).join(', ');

function rowOf(user: BulkUser, id: UserId | undefined): object {
  const { email, username, profile, emailVerified, phoneNumberVerified, status, roles, secondFactors } = user;
  return {
    id,
    status,
    email: email.address,
    email_key: email.key,
    email_verified: emailVerified,
    username: username ?? null,
    username_key: username === undefined ? null : usernameKey(username),
    roles,
    second_factors: secondFactors,
    ...Object.fromEntries(
      Object.entries(claims).map(([claim, column]) => [column, profile[claim as keyof typeof claims]]),
    ),
    phone_number_verified: phoneNumberVerified,
    address: profile.address ?? null,
    created_at: user.createdAt ?? null,
    updated_at: user.updatedAt ?? null,
  };
}

const findTaken = {
  name: 'users.find_taken_of_many',
  text: `SELECT id, email_key AS "emailKey", username_key AS "usernameKey" FROM users
         WHERE email_key = ANY ($1) OR username_key = ANY ($2) OR id = ANY ($3::bigint[])`,
};
const insertUsers = {
  name: 'users.insert_many',
  text: `INSERT INTO users (id, status, email, email_key, email_verified_at, username, username_key, roles,
           second_factors, ${claimColumns}, phone_number_verified, address, created_at,
           updated_at)
         SELECT id, status, email, email_key, CASE WHEN email_verified THEN app_now() END, username, username_key, roles,
           second_factors, ${claimColumns}, phone_number_verified, address, least(created_at, app_now()),
           least(updated_at, app_now())
         FROM jsonb_to_recordset($1::jsonb) AS given (id bigint, status text, email text, email_key text,
           email_verified boolean, username text, username_key text, roles varchar[], second_factors varchar[],
           ${Object.values(claims)
             .map((column) => `${column} text`)
             .join(', ')}, phone_number_verified boolean, address jsonb, created_at timestamptz,
           updated_at timestamptz)
         ON CONFLICT DO NOTHING RETURNING id`,
};
const insertGroups = {
  name: 'users.insert_groups',
  text: `INSERT INTO groups (id, name) SELECT * FROM unnest($1::uuid[], $2::varchar[]) ON CONFLICT (name) DO NOTHING`,
};
const insertMembers = {
  name: 'users.insert_members',
  text: `INSERT INTO group_members (group_id, user_id)
         SELECT g.id, member.user_id FROM unnest($1::bigint[], $2::varchar[]) AS member (user_id, name)
         JOIN groups g ON g.name = member.name ON CONFLICT DO NOTHING`,
};
const readPage = {
  name: 'users.read_page',
  text: `SELECT u.id, u.email, u.email_verified_at IS NOT NULL AS "emailVerified", u.username, u.status, u.roles,
           ARRAY(SELECT g.name FROM group_members m JOIN groups g ON g.id = m.group_id
                 WHERE m.user_id = u.id ORDER BY g.name) AS groups,
           ${Object.entries(claims)
             .map(([claim, column]) => `u.${column} AS "${claim}"`)
             .join(', ')},
           u.phone_number_verified AS "phoneNumberVerified", u.address, u.second_factors AS "secondFactors",
           u.created_at AS "createdAt", u.updated_at AS "updatedAt"
         FROM users u WHERE ($1::bigint IS NULL OR u.id > $1) AND u.status <> 'deleted' ORDER BY u.id LIMIT $2`,
};
