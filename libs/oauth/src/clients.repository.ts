import { Injectable } from '@nestjs/common';
import { Database } from '@app/database';
import type { ClientMetadata } from './persistence/oauth-client.entity.js';

/** A client as a provider looks it up: enabled, with the secrets that are good now. */
export interface EnabledClient {
  readonly metadata: ClientMetadata;
  readonly firstParty: boolean;
  readonly secretHashes: readonly Buffer[];
}

@Injectable()
export class ClientsRepository {
  constructor(private readonly database: Database) {}

  async findEnabled(id: string): Promise<EnabledClient | undefined> {
    const [row] = await this.database.run<EnabledClient>(findEnabled, [id]);
    return row;
  }
}

const findEnabled = {
  name: 'oauth.find_client',
  text: `SELECT c.metadata, c.first_party AS "firstParty",
           ARRAY(SELECT s.hash FROM oauth_client_secrets s
             WHERE s.client_id = c.id AND (s.expires_at IS NULL OR s.expires_at > app_now())) AS "secretHashes"
         FROM oauth_clients c WHERE c.id = $1 AND c.disabled_at IS NULL`,
};
