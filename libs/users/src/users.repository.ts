import { Injectable } from '@nestjs/common';
import { Database, type Sql, type Tx, violatedUnique } from '@app/database';
import { Brackets, Raw } from 'typeorm';
import type { EmailAddress } from './email-address.js';
import { User } from './persistence/user.entity.js';
import type { Profile } from './profile.js';
import type { SecondFactor } from './second-factor.js';
import { type UserClaims, userClaims } from './user-claims.js';
import { newUserId, type UserId } from './user-id.js';
import { usernameKey } from './username.js';

export interface NewUser {
  readonly email: EmailAddress;
  readonly emailVerified: boolean;
  readonly username?: string | undefined;
  readonly profile?: Profile;
  readonly roles?: readonly string[];
}

export interface UserSearch {
  /** Matches the beginning of an address, a user name or a name. */
  readonly text?: string | undefined;
  readonly status?: string | undefined;
  readonly limit: number;
  /** The id after which to go on. */
  readonly after?: string | undefined;
}

const collisionTries = 5;

@Injectable()
export class UsersRepository {
  constructor(private readonly database: Database) {}

  /** @returns undefined where the address or the user name is taken. */
  async insert(tx: Tx, user: NewUser): Promise<UserId | undefined> {
    for (let attempt = 0; attempt < collisionTries; attempt += 1) {
      const [row] = await tx.run<{ id: UserId; taken: boolean }>(insertUser, [
        newUserId(),
        user.email.address,
        user.email.key,
        user.emailVerified,
        user.username ?? null,
        user.username === undefined ? null : usernameKey(user.username),
        user.roles ?? [],
      ]);
      if (row) {
        if (user.profile && Object.keys(user.profile).length > 0) await this.updateProfile(tx, row.id, user.profile);
        return row.id;
      }
      if (await this.isTaken(tx, user.email.key, user.username)) return undefined;
    }
    throw new Error('no free user id found');
  }

  async find(id: UserId, sql: Sql = this.database): Promise<User | null> {
    return sql.manager.findOneBy(User, { id });
  }

  /** What others may be told of it. */
  async findClaims(id: UserId): Promise<UserClaims | undefined> {
    const [row] = await this.database.run<UserClaims>(findClaims, [id]);
    return row;
  }

  async findByEmail(sql: Sql, emailKey: string): Promise<User | null> {
    return sql.manager.findOneBy(User, { emailKey });
  }

  async isUsernameTaken(username: string): Promise<boolean> {
    return this.database.manager.existsBy(User, { usernameKey: usernameKey(username) });
  }

  async updateProfile(tx: Tx, id: UserId, profile: Profile): Promise<void> {
    await tx.manager.update(User, { id }, { ...profile, updatedAt: () => 'app_now()' });
  }

  /** @returns false where the user name is taken. */
  async updateUsername(tx: Tx, id: UserId, username: string | null): Promise<boolean> {
    try {
      const key = username === null ? null : usernameKey(username);
      await tx.manager.update(User, { id }, { username, usernameKey: key, updatedAt: () => 'app_now()' });
      return true;
    } catch (error) {
      if (violatedUnique(error) === 'users_username_key') return false;
      throw error;
    }
  }

  /** @returns false where the address belongs to another user. */
  async updateEmail(tx: Tx, id: UserId, email: EmailAddress): Promise<boolean> {
    try {
      await tx.run(updateEmail, [id, email.address, email.key]);
      return true;
    } catch (error) {
      if (violatedUnique(error) === 'users_email_key') return false;
      throw error;
    }
  }

  /** @returns whether the status was another before. */
  async updateStatus(tx: Tx, id: UserId, from: string, to: string): Promise<boolean> {
    const rows = await tx.run<{ id: string }>(updateStatus, [id, from, to]);
    return rows.length > 0;
  }

  /** Notes that an account has this factor. Locks the account's row until the transaction ends. */
  async addSecondFactor(tx: Tx, id: UserId, factor: SecondFactor): Promise<void> {
    await tx.run(addSecondFactor, [id, factor]);
  }

  /** Somebody followed a link that went to the address of the account. */
  async confirmEmail(tx: Tx, id: UserId): Promise<void> {
    await tx.run(confirmEmail, [id]);
  }

  /** @returns the factors that are left. */
  async removeSecondFactor(tx: Tx, id: UserId, factor: SecondFactor): Promise<readonly SecondFactor[]> {
    const [row] = await tx.run<{ factors: SecondFactor[] }>(removeSecondFactor, [id, factor]);
    return row?.factors ?? [];
  }

  /** Empties the row, takes it out of its groups, and keeps it, so that its id is never given again. */
  async erase(tx: Tx, id: UserId): Promise<boolean> {
    const rows = await tx.run<{ id: string }>(eraseUser, [id]);
    return rows.length > 0;
  }

  /** Locks the active administrators and counts those who are not `id`, so that two cannot remove each other. */
  async countOtherAdmins(tx: Tx, id: UserId | null): Promise<number> {
    const rows = await tx.run<{ id: UserId }>(lockAdmins);
    return rows.filter((row) => row.id !== id).length;
  }

  /** Keeps others from making an administrator until the transaction ends, where there may be none to lock. */
  async lockRoles(tx: Tx): Promise<void> {
    await tx.run(lockRoles);
  }

  async hasAdmin(): Promise<boolean> {
    return (await this.database.run(findAdmin)).length > 0;
  }

  async groupsOf(id: UserId): Promise<string[]> {
    const rows = await this.database.run<{ name: string }>(groupsOf, [id]);
    return rows.map((row) => row.name);
  }

  /** For administrators only: it may scan. */
  async search(search: UserSearch): Promise<User[]> {
    const query = this.database.manager
      .createQueryBuilder(User, 'u')
      .where(search.after === undefined ? {} : { id: Raw((column) => `${column} > :after`, { after: search.after }) })
      .andWhere(search.status === undefined ? "u.status <> 'deleted'" : 'u.status = :status', { status: search.status })
      .orderBy('u.id')
      .take(search.limit);
    if (search.text !== undefined) {
      const pattern = `${search.text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
      query.andWhere(
        new Brackets((either) =>
          either
            .where('u.emailKey LIKE :pattern', { pattern })
            .orWhere('u.usernameKey LIKE :pattern', { pattern })
            .orWhere('lower(u.name) LIKE :pattern', { pattern }),
        ),
      );
    }
    return query.getMany();
  }

  private async isTaken(tx: Tx, key: string, username: string | undefined): Promise<boolean> {
    const rows = await tx.run(findTaken, [key, username === undefined ? null : usernameKey(username)]);
    return rows.length > 0;
  }
}

const insertUser = {
  name: 'users.insert',
  text: `INSERT INTO users (id, email, email_key, email_verified_at, username, username_key, roles)
         VALUES ($1, $2, $3, CASE WHEN $4::boolean THEN app_now() END, $5, $6, $7)
         ON CONFLICT DO NOTHING RETURNING id`,
};
const findClaims = { name: 'users.find_claims', text: `SELECT ${userClaims} FROM users u WHERE u.id = $1` };
const findTaken = {
  name: 'users.find_taken',
  text: 'SELECT id FROM users WHERE email_key = $1 OR username_key = $2',
};
const updateEmail = {
  name: 'users.update_email',
  text: `UPDATE users SET email = $2, email_key = $3, email_verified_at = app_now(), updated_at = app_now()
         WHERE id = $1`,
};
const updateStatus = {
  name: 'users.update_status',
  text: 'UPDATE users SET status = $3, updated_at = app_now() WHERE id = $1 AND status = $2 RETURNING id',
};
const confirmEmail = {
  name: 'users.confirm_email',
  text: `UPDATE users SET email_verified_at = app_now(), updated_at = app_now()
         WHERE id = $1 AND email_verified_at IS NULL`,
};
const addSecondFactor = {
  name: 'users.add_second_factor',
  text: `UPDATE users SET second_factors = array_append(array_remove(second_factors, $2), $2), updated_at = app_now()
         WHERE id = $1`,
};
const removeSecondFactor = {
  name: 'users.remove_second_factor',
  text: `UPDATE users SET second_factors = array_remove(second_factors, $2), updated_at = app_now()
         WHERE id = $1 RETURNING second_factors AS factors`,
};
const eraseUser = {
  name: 'users.erase',
  text: `WITH memberships AS (DELETE FROM group_members WHERE user_id = $1)
         UPDATE users SET status = 'deleted', username = NULL, username_key = NULL, email = NULL, email_key = NULL,
           email_verified_at = NULL, roles = '{}', second_factors = '{}', name = NULL, given_name = NULL, family_name = NULL,
           middle_name = NULL, nickname = NULL, profile = NULL, picture = NULL, website = NULL, gender = NULL,
           birthdate = NULL, zoneinfo = NULL, locale = NULL, phone_number = NULL, phone_number_verified = false,
           address = NULL, updated_at = app_now()
         WHERE id = $1 AND status <> 'deleted' RETURNING id`,
};
const lockAdmins = {
  name: 'users.lock_admins',
  text: `SELECT id FROM users WHERE 'admin' = ANY (roles) AND status = 'active' ORDER BY id FOR UPDATE`,
};
const lockRoles = {
  name: 'users.lock_roles',
  text: `SELECT pg_advisory_xact_lock(hashtext('gatehouse.roles'))`,
};
const findAdmin = {
  name: 'users.find_admin',
  text: `SELECT id FROM users WHERE 'admin' = ANY (roles) AND status = 'active' LIMIT 1`,
};
const groupsOf = {
  name: 'users.groups_of',
  text: `SELECT g.name FROM group_members m JOIN groups g ON g.id = m.group_id WHERE m.user_id = $1 ORDER BY g.name`,
};
