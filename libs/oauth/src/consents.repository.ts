import { Injectable } from '@nestjs/common';
import { type AuditEvent, auditRows, insertIntoAudit } from '@app/audit';
import { Database } from '@app/database';
import type { UserId } from '@app/users';
import type { Granted } from './persistence/oauth-consent.entity.js';

@Injectable()
export class ConsentsRepository {
  constructor(private readonly database: Database) {}

  async find(userId: UserId, clientId: string): Promise<Granted | undefined> {
    const [row] = await this.database.run<{ granted: Granted }>(findConsent, [userId, clientId]);
    return row?.granted;
  }

  /** Keeps what the user allowed, with the record of it. */
  async save(userId: UserId, clientId: string, granted: Granted, record: AuditEvent): Promise<void> {
    await this.database.run(saveConsent, [userId, clientId, granted, auditRows([record])]);
  }
}

const findConsent = {
  name: 'oauth.find_consent',
  text: 'SELECT granted FROM oauth_consents WHERE user_id = $1 AND client_id = $2',
};
const saveConsent = {
  name: 'oauth.save_consent',
  text: `WITH consent AS (
           INSERT INTO oauth_consents (user_id, client_id, granted) VALUES ($1, $2, $3)
           ON CONFLICT (user_id, client_id) DO UPDATE SET granted = excluded.granted, updated_at = app_now()
         ) ${insertIntoAudit('$4')}`,
};
