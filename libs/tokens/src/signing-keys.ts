import type { JsonWebKey, KeyObject } from 'node:crypto';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { SessionConfig } from '@app/config';
import { Envelopes } from '@app/crypto';
import { Transactions, type Tx } from '@app/database';
import { HealthChecks } from '@app/health';
import { AppError } from '@app/errors';
import { newSigningKey, openSigningKey, type SigningKey } from './signing-key.js';
import { type NewSigningKey, type SigningAlgorithm, SigningKeysRepository } from './signing-keys.repository.js';

/** Seconds between a key's publication and its first signature: above every cache of the JWKS and our own. */
const publicationLead = 3600;
/** Seconds that the longest-lived of what is signed is good for: an ID token. */
const longestToken = 3600;
/** Ms between two looks at the table. */
const reloadEvery = 30_000;

const algorithms: readonly SigningAlgorithm[] = ['ES256', 'RS256'];
/** A key with its private part (RFC 7517), for a library that signs by itself. */
export type PrivateJwk = JsonWebKey & { readonly kid: string; readonly alg: SigningAlgorithm; readonly use: 'sig' };

/**
 * The signing keys, shared by all processes through one table: ES256 for our own access tokens, RS256 beside it for
 * OpenID clients. A new key is published an hour before it signs and an old one until its last token has expired, so
 * rotation is never noticed.
 */
@Injectable()
export class SigningKeys implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger(SigningKeys.name);
  private keys: readonly SigningKey[] = [];
  /** Database time minus this process's monotonic time, in ms. */
  private skew = 0;
  private timer: NodeJS.Timeout | undefined;
  private readonly listeners: (() => void)[] = [];
  private announced = '';

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

  /**
   * The key to sign with now: our access tokens where no algorithm is said.
   * @throws AppError unavailable `tokens.no_signing_key`
   */
  current(algorithm: SigningAlgorithm = 'ES256'): { kid: string; privateKey: KeyObject } {
    const [key] = this.usable(algorithm);
    if (!key)
      throw new AppError('unavailable', 'tokens.no_signing_key', 'No signing key is loaded.', { retryAfter: 5 });
    return key;
  }

  /** The key that one of our access tokens names; undefined where it is unknown, retired or of another algorithm. */
  find(kid: string): KeyObject | undefined {
    const key = this.keys.find((candidate) => candidate.kid === kid && candidate.algorithm === 'ES256');
    return key && isPublished(key, this.now()) ? key.publicKey : undefined;
  }

  /** RFC 7517 JWK Set of every key that signs, will sign or whose tokens may still live. */
  jwks(): { keys: JsonWebKey[] } {
    const now = this.now();
    const published = this.keys.filter((key) => isPublished(key, now));
    return { keys: published.map((key) => ({ ...key.publicJwk, kid: key.kid, use: 'sig', alg: key.algorithm })) };
  }

  /**
   * What may sign now, the current key of each algorithm before those it followed. Among them are retired ones, for a
   * month: a client shows an ID token of long ago when it signs somebody out (RP-Initiated Logout 1.0, section 2).
   */
  privateJwks(): PrivateJwk[] {
    return algorithms.flatMap((algorithm) =>
      this.usable(algorithm).map(({ kid, privateKey }) => ({
        ...privateKey.export({ format: 'jwk' }),
        kid,
        alg: algorithm,
        use: 'sig' as const,
      })),
    );
  }

  /** Calls when `privateJwks` has become another list. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Brings in a successor to the current key. */
  async rotate(): Promise<void> {
    const successors = await Promise.all(algorithms.map((algorithm) => this.newKey(algorithm, publicationLead)));
    await this.transactions.run(async (tx) => {
      await this.repository.lock(tx);
      for (const key of successors) await this.repository.succeed(tx, key);
    });
    await this.reload();
  }

  /** Rotates where the newest key is older than the configured age. @returns how many keys were added. */
  async rotateWhenOld(): Promise<number> {
    const old = await this.transactions.run((tx) => this.outlived(tx));
    const successors = await Promise.all(old.map((algorithm) => this.newKey(algorithm, publicationLead)));
    if (successors.length === 0) return 0;
    return this.transactions.run(async (tx) => {
      await this.repository.lock(tx);
      const stillOld = await this.outlived(tx);
      const wanted = successors.filter(({ algorithm }) => stillOld.includes(algorithm));
      for (const key of wanted) await this.repository.succeed(tx, key);
      return wanted.length;
    });
  }

  /** @returns how many keys were deleted. */
  async deleteRetired(): Promise<number> {
    return this.repository.deleteRetired();
  }

  async reload(): Promise<void> {
    const rows = await this.repository.findAll();
    const loaded = new Map(this.keys.map((key) => [key.kid, key]));
    this.keys = rows.map((row) => ({
      ...(loaded.get(row.kid) ?? openSigningKey(row, this.envelopes)),
      retiresAt: row.retiresAt,
    }));
    if (rows[0]) this.skew = rows[0].now - performance.now();
    const usable = algorithms.flatMap((algorithm) => this.usable(algorithm).map(({ kid }) => kid)).join();
    if (usable === this.announced) return;
    this.announced = usable;
    for (const listener of this.listeners) listener();
  }

  /** Makes the first keys. Made before the lock: an RSA key takes its time. */
  private async ensure(): Promise<void> {
    const known = await this.repository.findAll();
    const missing = algorithms.filter((algorithm) => !known.some((key) => key.algorithm === algorithm));
    if (missing.length === 0) return;
    const keys = await Promise.all(missing.map((algorithm) => this.newKey(algorithm, 0)));
    await this.transactions.run(async (tx) => {
      await this.repository.lock(tx);
      for (const key of keys) {
        if ((await this.repository.ageOfNewest(tx, key.algorithm)) === undefined)
          await this.repository.succeed(tx, key);
      }
    });
  }

  /** The algorithms whose newest key is older than the configured age. */
  private async outlived(tx: Tx): Promise<SigningAlgorithm[]> {
    const old: SigningAlgorithm[] = [];
    for (const algorithm of algorithms) {
      const age = await this.repository.ageOfNewest(tx, algorithm);
      if (age !== undefined && age >= this.config.signingKeyRotationDays * 86_400) old.push(algorithm);
    }
    return old;
  }

  private async newKey(algorithm: SigningAlgorithm, lead: number): Promise<NewSigningKey> {
    return { ...(await newSigningKey(algorithm, this.envelopes)), lead, overlap: longestToken + publicationLead };
  }

  /** Keys that may sign by now, the newest first; retired ones after all others. */
  private usable(algorithm: SigningAlgorithm): SigningKey[] {
    const now = this.now();
    const all = this.keys.filter((key) => key.algorithm === algorithm);
    const published = all.filter((key) => isPublished(key, now));
    const usable = published.filter((key) => key.signsFrom <= now);
    return [...(usable.length > 0 ? usable : published.slice(-1)), ...all.filter((key) => !isPublished(key, now))];
  }

  private now(): number {
    return performance.now() + this.skew;
  }
}

const isPublished = ({ retiresAt }: SigningKey, now: number): boolean => retiresAt === null || retiresAt > now;
