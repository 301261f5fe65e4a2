import { Injectable } from '@nestjs/common';
import { Database } from '@app/database';
import type { UserId } from '@app/users';
import type { ClientMetadata } from '../persistence/oauth-client.entity.js';

/** A browser session of a provider, whose session row has ended. */
export interface EndedBrowserSession {
  readonly hash: Buffer;
  readonly sealed: Buffer;
  readonly userId: UserId;
  /** Seconds since the epoch. */
  readonly now: number;
}

/** Who has to hear that a session ended. */
@Injectable()
export class LogoutsRepository {
  constructor(private readonly database: Database) {}

  async findEnded(sessionId: string): Promise<EndedBrowserSession[]> {
    return this.database.run<EndedBrowserSession>(findEnded, [sessionId]);
  }

  /** Of these clients the ones that want to be told. */
  async findListeners(clientIds: readonly string[]): Promise<{ id: string; metadata: ClientMetadata }[]> {
    return this.database.run<{ id: string; metadata: ClientMetadata }>(findListeners, [clientIds]);
  }
}

const findEnded = {
  name: 'oauth.find_ended_browser_sessions',
  text: `SELECT a.hash, a.sealed, s.user_id AS "userId",
           floor(extract(epoch FROM app_now()))::float8 AS now
         FROM sessions s JOIN oauth_artifacts a ON a.session_id = s.id AND a.issuer = 'oidc' AND a.model = 'Session'
         WHERE s.id = $1 AND s.ended_at IS NOT NULL`,
};
const findListeners = {
  name: 'oauth.find_logout_listeners',
  text: `SELECT id, metadata FROM oauth_clients
         WHERE id = ANY ($1::text[]) AND disabled_at IS NULL AND metadata->>'backchannel_logout_uri' IS NOT NULL`,
};
