import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, type Sql, type Tx } from '@app/database';
import type { EmailAddress, Profile } from '@app/users';
import { PendingRegistration } from './persistence/pending-registration.entity.js';

export interface NewPendingRegistration {
  readonly email: EmailAddress;
  readonly username: string | undefined;
  readonly profile: Profile;
  readonly passwordHash: string;
}

@Injectable()
export class PendingRegistrationsRepository {
  constructor(private readonly database: Database) {}

  /** @returns its id. */
  async insert(tx: Tx, pending: NewPendingRegistration): Promise<string> {
    const id = randomUUID();
    const { address, key } = pending.email;
    const { username = null, profile, passwordHash } = pending;
    await tx.run(insertPending, [id, address, key, username, profile, passwordHash]);
    return id;
  }

  async find(id: string, sql: Sql = this.database): Promise<PendingRegistration | null> {
    return sql.manager.findOneBy(PendingRegistration, { id });
  }

  /** Drops every attempt to register an address: the one that was verified, and those that somebody else made. */
  async deleteByEmail(tx: Tx, emailKey: string): Promise<void> {
    await tx.run(deleteByEmail, [emailKey]);
  }

  /** Deletes a batch of attempts nobody verified. @returns how many. */
  async deleteOld(): Promise<number> {
    return (await this.database.run(deleteOld)).length;
  }
}

const insertPending = {
  name: 'authentication.insert_pending',
  text: `INSERT INTO pending_registrations (id, email, email_key, username, profile, password_hash)
         VALUES ($1, $2, $3, $4, $5, $6)`,
};
const deleteByEmail = {
  name: 'authentication.delete_pending_by_email',
  text: 'DELETE FROM pending_registrations WHERE email_key = $1',
};
// A day of validity counted from the first attempt to deliver, and time for mail that waits.
const deleteOld = {
  name: 'authentication.delete_old_pending',
  text: `DELETE FROM pending_registrations WHERE id IN (
           SELECT id FROM pending_registrations WHERE created_at < app_now() - interval '8 days' LIMIT 500) RETURNING id`,
};
