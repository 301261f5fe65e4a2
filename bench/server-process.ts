import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { CryptoConfig } from '../libs/config/src/concerns.js';
import { loadConfig } from '../libs/config/src/load-config.js';
import { usablePort } from '../libs/database/src/embedded/port.js';
import { cpuMicroseconds } from './process-usage.js';

const startTimeoutMs = 30_000;

/** A server under load, in a process of its own. */
export class ServerProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
    readonly managementPort: number,
    /** From spawn to the first 200 of /health/live. */
    readonly coldStartMs: number,
  ) {}

  /** The API as in production: one process, its log in a file. */
  static async gatehouse(main: string, databaseUrl: string, logFile: string): Promise<ServerProcess> {
    const port = await usablePort(0);
    let managementPort = port;
    while (managementPort === port) managementPort = await usablePort(0);
    const settings = gatehouseSettings(databaseUrl, port, managementPort);
    return ServerProcess.start([main], { NODE_ENV: 'production', ...settings }, logFile, { port, managementPort });
  }

  /** The floor: what bare Fastify and pg need for the same answers. */
  static async floor(main: string, databaseUrl: string, logFile: string): Promise<ServerProcess> {
    const port = await usablePort(0);
    const settings = { NODE_ENV: 'production', FLOOR_PORT: String(port), FLOOR_DATABASE_URL: databaseUrl };
    return ServerProcess.start([main], settings, logFile, { port, managementPort: port });
  }

  /** oidc-provider by itself, with a plain adapter. */
  static async bare(main: string, databaseUrl: string, logFile: string): Promise<ServerProcess> {
    const port = await usablePort(0);
    const own = { BARE_PROVIDER_PORT: String(port), BARE_PROVIDER_DATABASE_URL: databaseUrl };
    return ServerProcess.start([main], { NODE_ENV: 'production', ...own }, logFile, { port, managementPort: port });
  }

  private static async start(
    args: string[],
    env: NodeJS.ProcessEnv,
    logFile: string,
    ports: { port: number; managementPort: number },
  ): Promise<ServerProcess> {
    const log = openSync(logFile, 'a');
    const flags = process.env['GATEHOUSE_BENCH_NODE_FLAGS']?.split(' ') ?? [];
    const began = performance.now();
    const child = spawn(process.execPath, [...flags, ...args], {
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    while (!(await answers(ports.port))) {
      const late = performance.now() - began > startTimeoutMs;
      if (child.exitCode !== null || late) {
        child.kill('SIGKILL');
        throw new Error(`${args[0]} did not start:\n${readFileSync(logFile, 'utf8').slice(-4000)}`);
      }
      await wait(4);
    }
    return new ServerProcess(child, ports.port, ports.managementPort, performance.now() - began);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** CPU time of all its threads so far. */
  get cpuMicroseconds(): number {
    return cpuMicroseconds(this.pid);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exited;
  }
}

/** The keys that Gatehouse seals with in this run. */
export const cryptoConfig = (): CryptoConfig =>
  loadConfig(gatehouseSettings('postgres://nobody@localhost/none', 0, 0)).crypto;

/** Limits that no bench reaches; everything else is what production has by default. */
function gatehouseSettings(databaseUrl: string, port: number, managementPort: number): NodeJS.ProcessEnv {
  const rules = [
    'login.address',
    'login.account',
    'login.pair',
    'login.device',
    'register.address',
    'forgot.address',
    'forgot.account',
    'oauth_token.address',
    'oauth_token.client',
  ];
  return {
    GATEHOUSE_ENV: 'production',
    GATEHOUSE_HOST: '127.0.0.1',
    GATEHOUSE_PORT: String(port),
    GATEHOUSE_MANAGEMENT_PORT: String(managementPort),
    GATEHOUSE_PUBLIC_URL: `http://localhost:${port}`,
    GATEHOUSE_DATABASE_URL: databaseUrl,
    ...keys,
    // Nothing is sent: mail is the worker's.
    GATEHOUSE_SMTP_HOST: 'localhost',
    GATEHOUSE_SMTP_FROM: 'Gatehouse <no-reply@bench.example>',
    GATEHOUSE_SMTP_USE_TLS: 'false',
    GATEHOUSE_LIMITS: rules.map((rule) => `${rule}=999999999/60`).join(','),
    GATEHOUSE_SIGN_IN_FREE_FAILURES: '1000000',
    GATEHOUSE_HIBP_URL: 'off',
    GATEHOUSE_DRAIN_MS: '0',
  };
}

/** The same for all starts of a run: they open one signing key. */
const keys = {
  GATEHOUSE_SECRET_KEY: randomBytes(32).toString('base64url'),
  GATEHOUSE_ENCRYPTION_KEYS: `bench:${randomBytes(32).toString('base64')}`,
};

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = request({ host: '127.0.0.1', port, path: '/health/live', agent: false }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode === 200));
    });
    probe.once('error', () => resolve(false));
    probe.end();
  });
}
