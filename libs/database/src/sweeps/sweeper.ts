import { setTimeout as wait } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { RuntimeConfig } from '@app/config';
import type { PoolClient } from 'pg';
import { Database } from '../database.js';
import { type Sweep, Sweeps } from './sweeps.js';

/** Any constant will do; it must differ from the project's other advisory locks. */
const sweepLock = [7163, 1];

/** Batches of one sweep in one round: a backlog is worked off over several rounds, so that others get their turn. */
const batchesPerRound = 200;

/**
 * Runs all sweeps every SWEEP_INTERVAL_MS, in one process at a time: the one that gets the advisory lock.
 * An error is logged and tried again in the next round; it stops neither the other sweeps nor the process.
 */
@Injectable()
export class Sweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Sweeper');
  private readonly stopping = new AbortController();
  private loop: Promise<void> | undefined;

  constructor(
    private readonly database: Database,
    private readonly sweeps: Sweeps,
    private readonly config: RuntimeConfig,
  ) {}

  onApplicationBootstrap(): void {
    this.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.stop();
  }

  start(): void {
    this.loop ??= this.repeat();
  }

  /** Ends after the batch that is running; resolves when it has. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loop;
  }

  /** One round of all sweeps, unless another process is at it. Returns whether it was ours. Never rejects. */
  async sweep(): Promise<boolean> {
    try {
      const client = await this.database.pool.connect();
      // An error of a checked-out client without a listener would end the process.
      client.on('error', ignore);
      try {
        const locked = await tryLock(client);
        if (locked) await this.runAll();
        await client.query('SELECT pg_advisory_unlock_all()');
        client.off('error', ignore).release();
        return locked;
      } catch (error) {
        // A lock lives as long as its session: one that may still hold it is ended.
        client.off('error', ignore).release(true);
        throw error;
      }
    } catch (error) {
      this.logger.warn(`The lock for sweeping is not to be had: ${String(error)}`);
      return false;
    }
  }

  private async runAll(): Promise<void> {
    for (const sweep of this.sweeps.all()) await this.runSweep(sweep);
  }

  private async repeat(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await this.sweep();
      // Spread, so that processes started together do not ask together.
      const pause = this.config.sweepIntervalMs * (0.75 + Math.random() / 2);
      await wait(pause, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  private async runSweep(sweep: Sweep): Promise<void> {
    let handled = 0;
    try {
      for (let batch = 0; batch < batchesPerRound && !this.stopping.signal.aborted; batch += 1) {
        const rows = await sweep.run();
        handled += rows;
        if (rows === 0) break;
      }
      if (handled > 0) this.logger.debug(`${sweep.name}: ${handled} row(s)`);
    } catch (error) {
      this.logger.error(`Sweep ${sweep.name} failed: ${String(error)}`, (error as Error).stack);
    }
  }
}

async function tryLock(client: PoolClient): Promise<boolean> {
  const result = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1, $2) AS locked', sweepLock);
  return result.rows[0]?.locked ?? false;
}

const ignore = (): void => undefined;
