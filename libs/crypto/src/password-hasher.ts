import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { Injectable } from '@nestjs/common';
import { CryptoConfig } from '@app/config';
import { AppError } from '@app/errors';
import { BoundedPool, PoolOverflow } from './bounded-pool.js';
import { randomToken } from './random-token.js';

/** What verification says of a password. `outdated`: right, but hashed with other parameters than today's. */
export interface PasswordVerdict {
  readonly valid: boolean;
  readonly outdated: boolean;
}

const argon2id = 2;

/**
 * argon2id (RFC 9106) on a bounded pool of its own, so that a storm of sign-ins slows sign-ins and nothing else.
 *
 * Hashing shares libuv's threads with DNS and files: the pool stays two below UV_THREADPOOL_SIZE, and within the
 * number of cores, past which more threads only add waiting. Passwords are compared after NFC normalisation.
 */
@Injectable()
export class PasswordHasher {
  private readonly pool: BoundedPool;
  private readonly parameters: { algorithm: number; memoryCost: number; timeCost: number; parallelism: number };
  /** A hash of nothing anybody knows: unknown accounts cost what known ones do. */
  private decoy: Promise<string> | undefined;

  constructor(config: CryptoConfig) {
    const threads = Number(process.env['UV_THREADPOOL_SIZE'] ?? 4);
    const width = config.hashThreads ?? Math.min(availableParallelism(), Math.max(1, threads - 2));
    this.pool = new BoundedPool(width, config.hashQueueLimit);
    this.parameters = {
      algorithm: argon2id,
      memoryCost: config.argon2.memoryKib,
      timeCost: config.argon2.timeCost,
      parallelism: 1,
    };
  }

  /** Hashes running and waiting, for metrics. */
  get load(): number {
    return this.pool.load;
  }

  /**
   * The PHC string of a password.
   * @throws AppError unavailable `crypto.hashing_overloaded` when too many hashes wait already.
   */
  async hash(password: string): Promise<string> {
    return this.onPool(() => hash(password.normalize('NFC'), this.parameters));
  }

  /**
   * Compares a password with a stored hash; with none it does the same work and answers invalid.
   * @throws AppError unavailable `crypto.hashing_overloaded` when too many hashes wait already.
   */
  async verify(stored: string | undefined, password: string): Promise<PasswordVerdict> {
    const against = stored ?? (await this.decoyHash());
    const valid = await this.onPool(() => verify(against, password.normalize('NFC')));
    return { valid: valid && stored !== undefined, outdated: this.isOutdated(against) };
  }

  /** Makes the decoy before the first request needs it: making it there would show which request was first. */
  async prepare(): Promise<void> {
    await this.decoyHash();
  }

  /**
   * Runs another kind of hash in the place of one of ours, so that all kinds together keep within the pool.
   * @throws AppError unavailable `crypto.hashing_overloaded` when too many hashes wait already.
   */
  async onPool<T>(task: () => Promise<T>): Promise<T> {
    try {
      return await this.pool.run(task);
    } catch (error) {
      if (!(error instanceof PoolOverflow)) throw error;
      throw new AppError('unavailable', 'crypto.hashing_overloaded', 'Too many sign-ins at once; try again shortly.', {
        retryAfter: 2,
      });
    }
  }

  private decoyHash(): Promise<string> {
    this.decoy ??= hash(randomToken(), this.parameters);
    return this.decoy;
  }

  private isOutdated(stored: string): boolean {
    const { memoryCost, timeCost, parallelism } = this.parameters;
    return !stored.startsWith(`$argon2id$v=19$m=${memoryCost},t=${timeCost},p=${parallelism}$`);
  }
}
