import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@app/database';
import { artifactHash } from '@app/oauth';

/** As whom users signed in at clients. */
@Injectable()
export class IndieauthGrantsRepository {
  constructor(private readonly database: Database) {}

  /** @param grantId of a grant that is stored already */
  async save(tx: Tx, grantId: string, me: string): Promise<void> {
    await tx.run(saveMe, [hashOf(grantId), me]);
  }

  /** The profile URL of a grant that still stands, and whether its owner's proof does. */
  async find(grantId: string): Promise<{ readonly me: string; readonly verified: boolean } | undefined> {
    const [row] = await this.database.run<{ me: string; verified: boolean }>(findMe, [hashOf(grantId)]);
    return row;
  }
}

const hashOf = (grantId: string): Buffer => artifactHash('indieauth', 'Grant', grantId);

const saveMe = {
  name: 'indieauth.save_grant',
  text: `INSERT INTO indieauth_grants (grant_hash, me) VALUES ($1, $2)
         ON CONFLICT (grant_hash) DO UPDATE SET me = excluded.me`,
};
const findMe = {
  name: 'indieauth.find_grant',
  text: `SELECT i.me, EXISTS (SELECT FROM indieauth_domains d WHERE d.user_id = g.user_id AND d.me = i.me
             AND d.verified_at IS NOT NULL AND d.lapsed_at IS NULL) AS verified
         FROM indieauth_grants i JOIN oauth_grants g ON g.hash = i.grant_hash WHERE i.grant_hash = $1`,
};
