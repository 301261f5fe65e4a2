import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Envelopes } from '@app/crypto';
import type { Tx } from '@app/database';
import type { UserId } from '@app/users';
import { BulkFactorsRepository } from './bulk-factors.repository.js';
import { formatTotpSecret, parseTotpSecret } from './totp.js';
import { placeOf } from './totp-factors.service.js';

/** An authenticator app, in the letters of JSON. */
export interface TotpRecord {
  /** Base32, in the clear: whoever has it can make every code. */
  readonly secret: string;
  /** ISO 8601; now, where it is unknown. */
  readonly since: string | null;
}

/** A backup code, in the letters of JSON. */
export interface BackupCodeRecord {
  readonly selector: string;
  /** A PHC string of argon2id. */
  readonly hash: string;
  readonly createdAt: string | null;
  readonly usedAt: string | null;
}

/** What an account holds besides its first factor and its passkeys. */
export interface FactorRecords {
  readonly totp: TotpRecord | undefined;
  readonly backupCodes: readonly BackupCodeRecord[];
}

/** Authenticator apps and backup codes by the hundred, for imports and exports. */
@Injectable()
export class BulkFactors {
  constructor(
    private readonly repository: BulkFactorsRepository,
    private readonly envelopes: Envelopes,
  ) {}

  /** For accounts that have none. What `users.second_factors` says is the caller's. */
  async insert(tx: Tx, accounts: readonly (FactorRecords & { readonly userId: UserId })[]): Promise<void> {
    const apps = accounts.flatMap(({ userId, totp }) => (totp ? [{ userId, ...totp, id: randomUUID() }] : []));
    await this.repository.insertTotp(
      tx,
      apps.map(({ id, userId, secret, since }) => ({ id, userId, since, sealedSecret: this.seal(userId, id, secret) })),
    );
    const codes = accounts.flatMap(({ userId, backupCodes }) => backupCodes.map((code) => ({ ...code, userId })));
    await this.repository.insertBackupCodes(tx, codes);
  }

  /** Opens every secret: for an export that was asked for them. */
  async find(userIds: readonly UserId[]): Promise<ReadonlyMap<UserId, FactorRecords>> {
    const found = new Map<UserId, { totp: TotpRecord | undefined; backupCodes: BackupCodeRecord[] }>();
    const of = (userId: UserId): { totp: TotpRecord | undefined; backupCodes: BackupCodeRecord[] } => {
      const known = found.get(userId) ?? { totp: undefined, backupCodes: [] };
      found.set(userId, known);
      return known;
    };
    for (const { id, userId, sealedSecret, since } of await this.repository.findTotp(userIds)) {
      const secret = formatTotpSecret(this.envelopes.open(sealedSecret, placeOf(userId, id)));
      of(userId).totp = { secret, since: since.toISOString() };
    }
    for (const { userId, selector, hash, createdAt, usedAt } of await this.repository.findBackupCodes(userIds)) {
      const times = { createdAt: createdAt.toISOString(), usedAt: usedAt?.toISOString() ?? null };
      of(userId).backupCodes.push({ selector, hash, ...times });
    }
    return found;
  }

  private seal(userId: UserId, id: string, base32: string): Buffer {
    const secret = parseTotpSecret(base32);
    if (!secret) throw new Error('a secret that was not judged came to be stored');
    return this.envelopes.seal(secret, placeOf(userId, id));
  }
}
