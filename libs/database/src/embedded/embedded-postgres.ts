import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { DatabaseConfig } from '@app/config';
import pg from 'pg';
import { isConnectionError } from '../database.errors.js';
import {
  type Access,
  accessFile,
  accessUrl,
  appRole,
  embeddedDatabase,
  ownerRole,
  readOrMakeAccess,
  writeAccess,
} from './access-file.js';
import { Cluster, superuser } from './cluster.js';
import { usablePort } from './port.js';
import { EmbeddedInUse, Presence, type Role } from './presence.js';

/** Durable, as a database has to be: fsync and the rest stay at their defaults. Only this machine can connect. */
const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Details name the values of a violated constraint, such as an e-mail address.
  log_error_verbosity: 'terse',
};

/** How long to wait for a server that another process is starting or stopping. */
const patienceMs = 60_000;

const revivalPauseMs = 3_000;

/**
 * The PostgreSQL that Gatehouse brings along, in DATA_DIR.
 *
 * Whoever needs it first starts it, whoever leaves last stops it; a process that was killed leaves it running for
 * the next one. Only one process may be the server; commands are guests beside it or alone.
 */
export class EmbeddedPostgres {
  private readonly logger = new Logger('EmbeddedPostgres');
  private stopping = false;
  private presence: Presence | undefined;
  private revival: Promise<void> = Promise.resolve();

  private constructor(
    private readonly dataDir: string,
    private readonly role: Role,
    private readonly cluster: Cluster,
    private access: Access,
  ) {}

  /**
   * For the server: makes the database at the first start, starts it, or takes over the one that a killed process
   * left running.
   * @throws Error, worded for the operator: a second server, data of another major version, no programs for this
   *   platform, a server that does not start (with the end of its log).
   */
  static start(config: Pick<DatabaseConfig, 'dataDir'>): Promise<EmbeddedPostgres> {
    return EmbeddedPostgres.open(config.dataDir, 'server');
  }

  /** For commands and migrations: beside a running server, or alone. @throws as start(), but never for a second one. */
  static attachOrStart(config: Pick<DatabaseConfig, 'dataDir'>): Promise<EmbeddedPostgres> {
    return EmbeddedPostgres.open(config.dataDir, 'guest');
  }

  private static async open(dataDir: string, role: Role): Promise<EmbeddedPostgres> {
    const cluster = new Cluster(join(dataDir, 'postgres'));
    if (cluster.exists()) cluster.checkMajor();
    const access = readOrMakeAccess(dataDir);
    if (!cluster.exists()) await cluster.create(access.superuserPassword, { durable: true });
    const embedded = new EmbeddedPostgres(dataDir, role, cluster, access);
    await embedded.claim(() => usablePort(access.port));
    return embedded;
  }

  /** As the app's role. */
  get url(): string {
    return accessUrl(appRole, this.access.appPassword, this.access.port);
  }

  /** As the role that owns the schema. */
  get ownerUrl(): string {
    return accessUrl(ownerRole, this.access.ownerPassword, this.access.port);
  }

  /** Gives the database up, and stops it unless another process uses it. Close the pools first. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.revival;
    const last = await this.presence?.isLastOne().catch(() => false);
    if (last) await this.cluster.stop();
    await this.presence?.end();
    this.presence = undefined;
  }

  private async claim(port: () => Promise<number>): Promise<void> {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      try {
        const running = this.cluster.running() ?? (await this.launch(await port()));
        this.access = { ...this.access, ...running };
        const url = accessUrl(superuser, this.access.superuserPassword, running.port, 'postgres');
        this.presence = await Presence.claim(url, this.role, () => this.onLost());
        await ensureRoles(this.presence, this.access);
        writeAccess(this.dataDir, this.access);
        return;
      } catch (error) {
        await this.presence?.end();
        this.presence = undefined;
        if (this.stopping || !passes(error) || Date.now() > deadline) throw explained(error, this.dataDir);
        await wait(150);
      }
    }
  }

  private async launch(port: number): Promise<{ pid: number; port: number }> {
    this.cluster.clearStaleFile();
    return { pid: await this.cluster.launch(port, settings), port };
  }

  private onLost(): void {
    if (this.stopping || this.presence === undefined) return;
    this.presence = undefined;
    this.revival = this.revive();
  }

  /**
   * A server that crashed is started again on its port, so that the pools recover by themselves. One that was
   * stopped in order was stopped on purpose: it is waited for.
   */
  private async revive(): Promise<void> {
    const { port } = this.access;
    this.logger.warn(`The embedded PostgreSQL is gone; its log is ${this.cluster.logFile}`);
    while (!this.stopping && this.presence === undefined) {
      for (let paused = 0; paused < revivalPauseMs && !this.stopping; paused += 100) await wait(100);
      if (this.stopping || (this.cluster.running() === undefined && !this.cluster.crashed())) continue;
      await this.claim(async () => port).then(
        () => this.logger.log('The embedded PostgreSQL is back'),
        (error: unknown) => this.logger.error(String(error)),
      );
    }
  }
}

async function ensureRoles(presence: Presence, access: Access): Promise<void> {
  // Guests that come at the same time would both find a role missing.
  await presence.query('SELECT pg_advisory_lock(7163, 12)');
  const roles = [
    [ownerRole, access.ownerPassword],
    [appRole, access.appPassword],
  ] as const;
  for (const [role, password] of roles) {
    const known = await presence.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role]);
    if (known.rowCount === 0) await presence.query(`CREATE ROLE ${role} LOGIN PASSWORD ${pg.escapeLiteral(password)}`);
  }
  const known = await presence.query('SELECT 1 FROM pg_database WHERE datname = $1', [embeddedDatabase]);
  if (known.rowCount === 0) await presence.query(`CREATE DATABASE ${embeddedDatabase} OWNER ${ownerRole}`);
  await presence.query('SELECT pg_advisory_unlock(7163, 12)');
}

/** What another process's starting or stopping looks like. */
function passes(error: unknown): boolean {
  return (
    isConnectionError(error) ||
    /lock file "postmaster.pid" already exists|shared memory block|could not bind/.test(String(error))
  );
}

function explained(error: unknown, dataDir: string): unknown {
  if (error instanceof EmbeddedInUse) {
    return new EmbeddedInUse(
      `Another server already runs on ${dataDir} (${error.message}). Stop it first, or give this one a folder of ` +
        'its own by GATEHOUSE_DATA_DIR.',
    );
  }
  if ((error as { code?: string }).code === '28P01') {
    return new Error(
      `The passwords in ${accessFile(dataDir)} are not those of the database beside it: put back the file that ` +
        'belongs to the folder.',
      { cause: error },
    );
  }
  return error;
}
