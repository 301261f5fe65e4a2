import { Injectable } from '@nestjs/common';
import { Database } from '@app/database';
import type { ClientDocument } from './client-document.js';

export interface KnownClient {
  readonly document: ClientDocument;
  readonly fresh: boolean;
}

/** What clients last said of themselves: shared by all processes, so that only an authorization fetches anything. */
@Injectable()
export class IndieauthClientsRepository {
  constructor(private readonly database: Database) {}

  async find(id: string): Promise<KnownClient | undefined> {
    const [row] = await this.database.run<KnownClient>(findClient, [id]);
    return row;
  }

  /** @param freshFor seconds */
  async save(id: string, document: ClientDocument, freshFor: number): Promise<void> {
    await this.database.run(saveClient, [id, document, freshFor]);
  }

  /** Deletes a batch of those whose last grant must have ended. @returns how many */
  async deleteOld(): Promise<number> {
    return (await this.database.run(deleteOldClients)).length;
  }
}

const findClient = {
  name: 'indieauth.find_client',
  text: 'SELECT document, fresh_until > app_now() AS fresh FROM indieauth_clients WHERE id = $1',
};
const saveClient = {
  name: 'indieauth.save_client',
  text: `INSERT INTO indieauth_clients (id, document, fresh_until)
         VALUES ($1, $2, app_now() + $3::int * interval '1 second')
         ON CONFLICT (id) DO UPDATE SET document = excluded.document, fetched_at = app_now(),
           fresh_until = excluded.fresh_until`,
};
/* A grant lives a year at most. */
const deleteOldClients = {
  name: 'indieauth.delete_old_clients',
  text: `DELETE FROM indieauth_clients WHERE id IN (
           SELECT id FROM indieauth_clients WHERE fetched_at < app_now() - interval '400 days' LIMIT 500) RETURNING id`,
};
