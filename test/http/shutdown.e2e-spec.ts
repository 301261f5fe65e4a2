import { type ChildProcess, spawn } from 'node:child_process';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '../support/databases.js';
import { call } from './support/calls.js';
import { testEnvironment } from './support/test-config.js';

interface Program {
  readonly child: ChildProcess;
  readonly url: string;
  readonly output: string[];
  readonly ended: Promise<{ code: number | null; signal: string | null; afterMs: () => number }>;
}

const running = new Set<ChildProcess>();
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(() => running.forEach((child) => child.kill('SIGKILL')));
afterAll(() => database.drop());

async function start(drainMs: number, timeoutMs: number): Promise<Program> {
  const support = join(process.cwd(), 'test');
  const child = spawn(
    process.execPath,
    [join(support, 'support', 'source-process.cjs'), join(support, 'http', 'support', 'slow-program.ts')],
    {
      env: {
        PATH: process.env['PATH'],
        ...testEnvironment({
          GATEHOUSE_DATABASE_URL: database.url,
          GATEHOUSE_HOST: '127.0.0.1',
          GATEHOUSE_LOG_LEVEL: 'info',
          GATEHOUSE_DRAIN_MS: String(drainMs),
          GATEHOUSE_SHUTDOWN_TIMEOUT_MS: String(timeoutMs),
        }),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  running.add(child);
  const output: string[] = [];
  const ended = new Promise<Awaited<Program['ended']>>((resolve) => {
    child.on('close', (code, signal) => {
      const at = Date.now();
      running.delete(child);
      resolve({ code, signal, afterMs: () => at });
    });
  });
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output.push(chunk.toString());
      const found = /LISTENING (\S+)/.exec(output.join(''));
      if (found?.[1]) resolve(found[1]);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    void ended.then(() => reject(new Error(`ended early\n${output.join('')}`)));
  });
  return { child, url, output, ended };
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

it('drains, finishes what is in flight, closes pools and exits with 0', async () => {
  const program = await start(1_000, 10_000);
  expect((await call(program.url, '/health/ready')).status).toBe(200);
  const inFlight = call(program.url, '/slow/2000');
  await wait(100);
  program.child.kill('SIGTERM');
  await wait(200);
  const ready = await call(program.url, '/health/ready');
  expect(ready.status).toBe(503);
  expect(ready.json['status']).toBe('shutting_down');
  expect((await call(program.url, '/health/live')).status).toBe(200);
  expect((await call(program.url, '/slow/0')).status).toBe(200);
  await wait(1_100);
  await expect(call(program.url, '/slow/0')).rejects.toThrow('ECONNREFUSED');
  expect((await inFlight).json).toEqual({ rows: 1 });
  expect(await program.ended).toMatchObject({ code: 0, signal: null });
  expect(program.output.join('')).toMatch(/shutting down[^]*POOLS CLOSE[^]*stopped/);
});

it('answers on an open connection to the last, and then closes it', async () => {
  const program = await start(300, 10_000);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const { hostname, port } = new URL(program.url);
  const other = new Agent({ keepAlive: true });
  const get = (path: string, over = agent): Promise<{ status: number; connection: string | undefined }> =>
    new Promise((resolve, reject) => {
      request({ agent: over, hostname, port, path }, (response) => {
        response.resume();
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, connection: response.headers.connection }),
        );
      })
        .on('error', reject)
        .end();
    });
  expect(await get('/slow/0')).toMatchObject({ status: 200, connection: 'keep-alive' });
  const inFlight = get('/slow/800');
  await wait(100);
  const began = Date.now();
  program.child.kill('SIGTERM');
  await wait(100);
  expect(await get('/slow/0', other)).toEqual({ status: 200, connection: 'close' });
  expect((await inFlight).status).toBe(200);
  const end = await program.ended;
  expect(end.code).toBe(0);
  expect(end.afterMs() - began).toBeLessThan(2_000);
  agent.destroy();
  other.destroy();
});

it('cuts at the deadline what does not end', async () => {
  const program = await start(0, 2_000);
  const inFlight = call(program.url, '/slow/60000').catch((error: Error) => error.message);
  await wait(100);
  const began = Date.now();
  program.child.kill('SIGTERM');
  expect(await inFlight).toMatch(/hang up|ECONNRESET/);
  const end = await program.ended;
  expect(end.afterMs() - began).toBeLessThan(3_000);
  expect(program.output.join('')).toMatch(/cutting them/);
});

it('ends at once at a second signal', async () => {
  const program = await start(20_000, 30_000);
  program.child.kill('SIGTERM');
  await wait(200);
  const began = Date.now();
  program.child.kill('SIGTERM');
  const end = await program.ended;
  expect(end.code).toBe(143);
  expect(end.afterMs() - began).toBeLessThan(1_000);
});

it.each(['throw', 'reject'])('logs an error that nobody caught, closes in order and exits with 1 (%s)', async (how) => {
  const program = await start(5_000, 10_000);
  await call(program.url, `/slow/${how}`).catch(() => undefined);
  expect(await program.ended).toMatchObject({ code: 1 });
  const output = program.output.join('');
  expect(output).toMatch(/"level":"fatal"[^\n]*nobody (catches|awaits) this/);
  expect(output).toContain('POOLS CLOSE');
});
