import { Injectable } from '@nestjs/common';
import type { Tx } from '@app/database';
import { multiFactor, SessionSuccessions } from '@app/sessions';

/**
 * The person has not left whose session another one replaced: tokens and the provider's session go on in that one. Not in
 * one of a lower level, which says less than they do.
 */
@Injectable()
export class SuccessionsRepository {
  constructor(successions: SessionSuccessions) {
    successions.register((tx, endedId, successorId) => this.goOn(tx, endedId, successorId));
  }

  private async goOn(tx: Tx, endedId: string, successorId: string): Promise<void> {
    await tx.run(moveArtifacts, [endedId, successorId, multiFactor]);
  }
}

const moveArtifacts = {
  name: 'oauth.move_artifacts',
  text: `WITH pair AS (
           SELECT ended.id, ended.end_awaited, successor.id AS successor_id
           FROM sessions ended, sessions successor
           WHERE ended.id = $1 AND successor.id = $2 AND successor.acr IN (ended.acr, $3)
         ), awaited AS (
           UPDATE sessions SET end_awaited = true FROM pair WHERE sessions.id = pair.successor_id AND pair.end_awaited
         ) UPDATE oauth_artifacts SET session_id = pair.successor_id FROM pair WHERE session_id = pair.id`,
};
