import { Injectable } from '@nestjs/common';
import { isRandomToken, randomToken, sha256 } from '@app/crypto';
import { Database, type Sql, type Tx } from '@app/database';
import { tokenExpired, tokenInvalid, tokenUsed } from './tokens.errors.js';

/** What a one-time token was issued for. A token of one purpose is unknown to every other. */
export type TokenPurpose =
  | 'email_verification'
  | 'email_change'
  | 'password_reset'
  | 'password_change_required'
  | 'first_admin'
  | 'not_me'
  | 'passkey_registration'
  | 'passkey_sign_in'
  | 'passkey_second_factor'
  | 'passkey_step_up'
  | 'factor_reset';

export interface TokenGrant {
  readonly purpose: TokenPurpose;
  /** What it is about: a row's id or an address's key. */
  readonly reference: string;
  readonly userId?: string | null;
  readonly data?: Readonly<Record<string, unknown>>;
  /** Seconds; undefined: not usable before activate(). */
  readonly expiresIn?: number;
}

/** A token that lives from the start has a time to end; one that waits for activate() has none yet. */
export interface IssuedToken<Grant extends TokenGrant> {
  readonly token: string;
  readonly expiresAt: Grant extends { readonly expiresIn: number } ? Date : null;
}

export interface TokenOwner {
  readonly userId: string;
  /** The address that tokens may have been asked for by. */
  readonly emailKey: string | null;
}

export interface OneTimeTokenRecord {
  readonly purpose: TokenPurpose;
  readonly reference: string;
  readonly userId: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
}

interface TokenRow extends OneTimeTokenRecord {
  readonly state: 'open' | 'inactive' | 'expired' | 'used';
}

/** Random secrets that work once. Only their SHA-256 is stored. */
@Injectable()
export class OneTimeTokens {
  constructor(private readonly database: Database) {}

  /** @returns the token; it cannot be read again. */
  async issue<Grant extends TokenGrant>(tx: Tx, grant: Grant): Promise<IssuedToken<Grant>> {
    const token = randomToken();
    const [row] = await tx.run<{ expiresAt: IssuedToken<Grant>['expiresAt'] }>(issueToken, [
      sha256(token),
      grant.purpose,
      grant.reference,
      grant.userId ?? null,
      grant.data ?? {},
      grant.expiresIn ?? null,
    ]);
    if (!row) throw new Error('the token was not issued');
    return { token, expiresAt: row.expiresAt };
  }

  /**
   * Starts the life of a mailed token, at the first attempt to deliver it, and binds it to the user it turned out
   * to be for. A second call changes nothing.
   */
  async activate(tx: Tx, token: string, seconds: number, userId: string | null = null): Promise<void> {
    await tx.run(activateToken, [sha256(token), seconds, userId]);
  }

  /**
   * Looks at a token without using it.
   * @throws AppError `tokens.invalid`, `tokens.expired`, `tokens.used`
   */
  async peek(token: string, ...purposes: TokenPurpose[]): Promise<OneTimeTokenRecord> {
    if (!isRandomToken(token)) throw tokenInvalid();
    return this.peekByHash(sha256(token), ...purposes);
  }

  /** As peek, where only the token's SHA-256 was kept. */
  async peekByHash(hash: Buffer, ...purposes: TokenPurpose[]): Promise<OneTimeTokenRecord> {
    return judge(await this.read(this.database, hash, purposes));
  }

  /**
   * Uses a token: one conditional UPDATE, so that of two that try at once one succeeds.
   * @throws AppError `tokens.invalid`, `tokens.expired`, `tokens.used`
   */
  async consume(tx: Tx, token: string, ...purposes: TokenPurpose[]): Promise<OneTimeTokenRecord> {
    if (!isRandomToken(token)) throw tokenInvalid();
    return this.consumeByHash(tx, sha256(token), ...purposes);
  }

  /** As consume, where only the token's SHA-256 was kept. */
  async consumeByHash(tx: Tx, hash: Buffer, ...purposes: TokenPurpose[]): Promise<OneTimeTokenRecord> {
    const [row] = await tx.run<TokenRow>(consumeToken, [hash, purposes]);
    return row ?? judge(await this.read(tx, hash, purposes));
  }

  /**
   * Makes a user's open tokens of these purposes useless, those too that were asked for by address and whose mail
   * still waits to be sent: they are bound to nobody yet.
   */
  async revoke(tx: Tx, owner: TokenOwner, ...purposes: TokenPurpose[]): Promise<void> {
    await tx.run(revokeTokens, [owner.userId, owner.emailKey, purposes]);
  }

  /** Makes the open tokens about one thing useless. */
  async revokeByReference(tx: Tx, purpose: TokenPurpose, reference: string): Promise<void> {
    await tx.run(revokeTokensByReference, [purpose, reference]);
  }

  /** Deletes a batch of tokens that nobody can use any more. @returns how many. */
  async deleteOld(): Promise<number> {
    return (await this.database.run(deleteOldTokens)).length;
  }

  private async read(sql: Sql, hash: Buffer, purposes: readonly TokenPurpose[]): Promise<TokenRow | undefined> {
    const [row] = await sql.run<TokenRow>(readToken, [hash, purposes]);
    return row;
  }
}

function judge(row: TokenRow | undefined): OneTimeTokenRecord {
  if (row?.state === 'open') return row;
  if (row?.state === 'expired') throw tokenExpired();
  if (row?.state === 'used') throw tokenUsed();
  throw tokenInvalid();
}

/**
 * The INSERT of a token that waits for activate(), for a statement that makes the change too.
 * @param hash its SHA-256, as `$1`
 * @param source a CTE of that statement, with `user_id` and `reference`
 */
export const insertOneTimeToken = (hash: string, purpose: TokenPurpose, source: string): string => `
  INSERT INTO one_time_tokens (hash, purpose, reference, user_id, data)
  SELECT ${hash}::bytea, '${purpose}', reference, user_id, '{}' FROM ${source}`;

const issueToken = {
  name: 'tokens.issue',
  text: `INSERT INTO one_time_tokens (hash, purpose, reference, user_id, data, expires_at)
         VALUES ($1, $2, $3, $4, $5, app_now() + $6::int * interval '1 second') RETURNING expires_at AS "expiresAt"`,
};
const activateToken = {
  name: 'tokens.activate',
  text: `UPDATE one_time_tokens SET expires_at = app_now() + $2::int * interval '1 second', user_id = coalesce($3, user_id)
         WHERE hash = $1 AND expires_at IS NULL AND consumed_at IS NULL`,
};
const columns = 'purpose, reference, user_id AS "userId", data, created_at AS "createdAt"';
const readToken = {
  name: 'tokens.read',
  text: `SELECT ${columns}, CASE WHEN consumed_at IS NOT NULL THEN 'used' WHEN expires_at IS NULL THEN 'inactive'
           WHEN expires_at <= app_now() THEN 'expired' ELSE 'open' END AS state
         FROM one_time_tokens WHERE hash = $1 AND purpose = ANY ($2)`,
};
const consumeToken = {
  name: 'tokens.consume',
  text: `UPDATE one_time_tokens SET consumed_at = app_now()
         WHERE hash = $1 AND purpose = ANY ($2) AND consumed_at IS NULL AND expires_at > app_now()
         RETURNING ${columns}, 'open' AS state`,
};
const revokeTokens = {
  name: 'tokens.revoke',
  text: `UPDATE one_time_tokens SET consumed_at = app_now()
         WHERE (user_id = $1 OR (reference = $2 AND user_id IS NULL)) AND purpose = ANY ($3) AND consumed_at IS NULL`,
};
const revokeTokensByReference = {
  name: 'tokens.revoke_by_reference',
  text: `UPDATE one_time_tokens SET consumed_at = app_now()
         WHERE purpose = $1 AND reference = $2 AND consumed_at IS NULL`,
};
// The longest life is a week, counted from a delivery that may wait for days; a used token says so until then. A
// passkey's challenge is made at every look at the sign-in page, and nobody asks for it later.
const deleteOldTokens = {
  name: 'tokens.delete_old',
  text: `DELETE FROM one_time_tokens WHERE hash IN (
           SELECT hash FROM one_time_tokens WHERE created_at < app_now() - interval '15 days'
             OR (created_at < app_now() - interval '1 hour' AND purpose LIKE 'passkey%') LIMIT 500) RETURNING hash`,
};
