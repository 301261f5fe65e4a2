import { createPrivateKey, createPublicKey, generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { SessionConfig } from '@app/config';
import { Envelopes, sha256 } from '@app/crypto';
import { Transactions } from '@app/database';
import { HealthChecks } from '@app/health';
import { AppError } from '@app/errors';
import { type SigningKeyRow, SigningKeysRepository } from './signing-keys.repository.js';

/** Seconds between a key's publication and its first signature: above every cache of the JWKS and our own. */
const publicationLead = 3600;
/** Ms between two looks at the table. */
const reloadEvery = 30_000;

interface LoadedKey {
  readonly kid: string;
  readonly publicJwk: JsonWebKey;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  readonly signsFrom: number;
  readonly retiresAt: number | null;
}

/**
 * The ES256 keys of access tokens, shared by all processes through one table. A new key is published an hour
 * before it signs and an old one until its last token has expired, so rotation is never noticed.
 */
@Injectable()
export class SigningKeys implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger(SigningKeys.name);
  private keys: readonly LoadedKey[] = [];
  /** Database time minus this process's monotonic time, in ms. */
  private skew = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly repository: SigningKeysRepository,
    private readonly transactions: Transactions,
    private readonly envelopes: Envelopes,
    private readonly config: SessionConfig,
    checks: HealthChecks,
  ) {
    checks.register({ name: 'signing_key', critical: true, check: () => Promise.resolve(void this.current()) });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.ensure();
    await this.reload();
    this.timer = setInterval(() => {
      this.reload().catch((error: unknown) => this.log.warn(`signing keys not reloaded: ${String(error)}`));
    }, reloadEvery).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** The key to sign with now. @throws AppError unavailable `tokens.no_signing_key` */
  current(): { kid: string; privateKey: KeyObject } {
    const now = this.now();
    const key = this.keys.find((candidate) => candidate.signsFrom <= now) ?? this.keys.at(-1);
    if (!key)
      throw new AppError('unavailable', 'tokens.no_signing_key', 'No signing key is loaded.', { retryAfter: 5 });
    return key;
  }

  /** The key a token names; undefined where it is unknown or retired. */
  find(kid: string): KeyObject | undefined {
    const key = this.keys.find((candidate) => candidate.kid === kid);
    return key && (key.retiresAt === null || key.retiresAt > this.now()) ? key.publicKey : undefined;
  }

  /** RFC 7517 JWK Set of every key that signs, will sign or whose tokens may still live. */
  jwks(): { keys: JsonWebKey[] } {
    return { keys: this.keys.map((key) => ({ ...key.publicJwk, kid: key.kid, use: 'sig', alg: 'ES256' })) };
  }

  /** Brings in a successor to the current key. */
  async rotate(): Promise<void> {
    await this.transactions.run(async (tx) => {
      await this.repository.lock(tx);
      await this.repository.succeed(tx, this.newKey(publicationLead));
    });
    await this.reload();
  }

  /** Rotates where the newest key is older than the configured age. @returns how many keys were added. */
  async rotateWhenOld(): Promise<number> {
    const rotated = await this.transactions.run(async (tx) => {
      await this.repository.lock(tx);
      const age = await this.repository.ageOfNewest(tx);
      if (age === undefined || age < this.config.signingKeyRotationDays * 86_400) return false;
      await this.repository.succeed(tx, this.newKey(publicationLead));
      return true;
    });
    return rotated ? 1 : 0;
  }

  /** @returns how many keys were deleted. */
  async deleteRetired(): Promise<number> {
    return this.repository.deleteRetired();
  }

  async reload(): Promise<void> {
    const rows = await this.repository.findPublished();
    const loaded = new Map(this.keys.map((key) => [key.kid, key]));
    this.keys = rows.map((row) => ({ ...(loaded.get(row.kid) ?? this.open(row)), retiresAt: row.retiresAt }));
    if (rows[0]) this.skew = rows[0].now - performance.now();
  }

  private async ensure(): Promise<void> {
    await this.transactions.run(async (tx) => {
      await this.repository.lock(tx);
      if ((await this.repository.ageOfNewest(tx)) === undefined) await this.repository.succeed(tx, this.newKey(0));
    });
  }

  private newKey(lead: number): Parameters<SigningKeysRepository['succeed']>[1] {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const publicJwk = publicKey.export({ format: 'jwk' });
    const kid = thumbprint(publicJwk);
    const sealedPrivateKey = this.envelopes.seal(privateKey.export({ format: 'der', type: 'pkcs8' }), context(kid));
    return { kid, publicJwk, sealedPrivateKey, lead, overlap: this.config.accessTokenExpiry + publicationLead };
  }

  private open(row: SigningKeyRow): LoadedKey {
    const der = this.envelopes.open(row.sealedPrivateKey, context(row.kid));
    return {
      kid: row.kid,
      publicJwk: row.publicJwk,
      publicKey: createPublicKey({ key: row.publicJwk, format: 'jwk' }),
      privateKey: createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }),
      signsFrom: row.signsFrom,
      retiresAt: row.retiresAt,
    };
  }

  private now(): number {
    return performance.now() + this.skew;
  }
}

const context = (kid: string): string => `signing_key:${kid}`;

/** RFC 7638 section 3. */
function thumbprint(jwk: JsonWebKey): string {
  return sha256(JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y })).toString('base64url');
}
