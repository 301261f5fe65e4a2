import { Injectable } from '@nestjs/common';
import { isRandomToken, KeyedHash, randomToken, sha256 } from '@app/crypto';
import { Database } from '@app/database';

/** A journey through pages that a mail link began. */
export interface LinkFlow {
  readonly hash: Buffer;
  readonly kind: string;
  readonly tokenHash: Buffer;
  /** What its pages need to remember, nothing secret. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly finished: boolean;
}

const csrfPurpose = 'hosted-flow-csrf';
/** Seconds between the link and the button. */
const lifetime = 3600;

/**
 * Keeps link tokens out of addresses: a link is swapped for a flow, known to one browser by a cookie. Opening a
 * link changes nothing, so scanners that open links first do no harm.
 */
@Injectable()
export class HostedFlows {
  constructor(
    private readonly database: Database,
    private readonly keyedHash: KeyedHash,
  ) {}

  /** @returns the secret for the browser's cookie. */
  async begin(kind: string, tokenHash: Buffer): Promise<string> {
    const secret = randomToken();
    await this.database.run(insertFlow, [sha256(secret), kind, tokenHash, lifetime]);
    return secret;
  }

  /** The flow of this kind that the cookie belongs to; undefined where there is none or it is over. */
  async find(kind: string, secret: string | undefined): Promise<LinkFlow | undefined> {
    if (secret === undefined || !isRandomToken(secret)) return undefined;
    const [row] = await this.database.run<LinkFlow>(findFlow, [sha256(secret), kind]);
    return row;
  }

  /** Ends a flow; its last page may show `data`. */
  async finish(flow: LinkFlow, data: Readonly<Record<string, unknown>>): Promise<void> {
    await this.database.run(finishFlow, [flow.hash, data]);
  }

  /** Proof that a form was made for the browser that holds this cookie. */
  csrfToken(secret: string): string {
    return this.keyedHash.digest(csrfPurpose, secret).toString('base64url');
  }

  isCsrfToken(secret: string, token: unknown): boolean {
    return typeof token === 'string' && this.keyedHash.matches(csrfPurpose, secret, Buffer.from(token, 'base64url'));
  }

  /** Deletes a batch of flows that are over. @returns how many. */
  async deleteOld(): Promise<number> {
    return (await this.database.run(deleteOld)).length;
  }
}

const insertFlow = {
  name: 'authentication.insert_flow',
  text: `INSERT INTO hosted_flows (hash, kind, token_hash, begun_by, expires_at)
         VALUES ($1, $2, $3, 'mail_link', app_now() + $4::int * interval '1 second')`,
};
const findFlow = {
  name: 'authentication.find_flow',
  text: `SELECT hash, kind, token_hash AS "tokenHash", data, finished_at IS NOT NULL AS finished
         FROM hosted_flows WHERE hash = $1 AND kind = $2 AND expires_at > app_now()`,
};
const finishFlow = {
  name: 'authentication.finish_flow',
  text: 'UPDATE hosted_flows SET finished_at = app_now(), data = $2 WHERE hash = $1',
};
const deleteOld = {
  name: 'authentication.delete_old_flows',
  text: `DELETE FROM hosted_flows WHERE hash IN (
           SELECT hash FROM hosted_flows WHERE expires_at < app_now() - interval '1 hour' LIMIT 500) RETURNING hash`,
};
