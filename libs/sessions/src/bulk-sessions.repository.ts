import { Injectable } from '@nestjs/common';
import { Database } from '@app/database';
import type { UserId } from '@app/users';
import type { SessionCarrier } from './session.js';

/** What is held about somebody being signed in: nothing here lets anybody in. */
export interface SessionRecord {
  readonly userId: UserId;
  readonly carrier: SessionCarrier;
  readonly amr: readonly string[];
  readonly acr: string;
  readonly authTime: Date;
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
  readonly address: string | null;
  readonly userAgent: string | null;
}

/** Sessions by the hundred, for exports. */
@Injectable()
export class BulkSessions {
  constructor(private readonly database: Database) {}

  /** Those in which people are signed in, the newest first; a hundred of each at most. */
  async find(userIds: readonly UserId[]): Promise<readonly SessionRecord[]> {
    return this.database.run<SessionRecord>(findSessions, [userIds]);
  }
}

const findSessions = {
  name: 'sessions.find_of_many',
  text: `SELECT user_id AS "userId", carrier, amr, acr, auth_time AS "authTime", last_seen_at AS "lastSeenAt",
           expires_at AS "expiresAt", host(address) AS address, user_agent AS "userAgent"
         FROM unnest($1::bigint[]) AS owner (id), LATERAL (
           SELECT * FROM sessions WHERE user_id = owner.id
             AND ended_at IS NULL AND expires_at > app_now() AND idle_expires_at > app_now()
           ORDER BY auth_time DESC, sessions.id LIMIT 100) AS newest
         ORDER BY auth_time DESC, newest.id`,
};
