import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Logger } from '@nestjs/common';
import { addressTiming, leakBelow } from './address-timing.js';
import { type BenchDatabase, benchDatabase } from './database.js';
import type { Compared, Findings } from './findings.js';
import { rawArgon2idRate, rawEs256 } from './load/job.js';
import { measureFactors, verificationsNeeded } from './factors.js';
import { mixedLoad } from './mixed-load.js';
import { measureOpenid, type OpenidCosts } from './openid/operations.js';
import { measureOperation, type OperationKind, operationKinds, type Target, target } from './operations.js';
import { median } from './percentile.js';
import { fullPlan, hashThreads, type Plan, quickPlan } from './plan.js';
import { residentMebibytes } from './process-usage.js';
import { openidReport, report } from './report.js';
import { seedSecondFactors } from './second-factors.js';
import { seed } from './seed.js';
import { ServerProcess } from './server-process.js';
import { storm } from './storm.js';

const quick = process.argv.includes('--quick');
const programs = {
  gatehouse: fileURLToPath(new URL('../apps/api/src/main.js', import.meta.url)),
  floor: fileURLToPath(new URL('./floor/main.js', import.meta.url)),
  bare: fileURLToPath(new URL('./bare-provider/main.js', import.meta.url)),
};

Logger.overrideLogger(['warn', 'error']);
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-log-'));
const running = new Set<ServerProcess>();
let database: BenchDatabase | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void cleanUp().then(() => process.exit(1)));
try {
  const busy = loadavg()[0] ?? 0;
  if (busy > availableParallelism() / 2)
    say(`this machine is busy already (load ${busy.toFixed(1)}): rates will be low`);
  say('starting PostgreSQL');
  database = await benchDatabase(process.env['GATEHOUSE_BENCH_DATABASE_URL']);
  const plan = quick ? quickPlan : fullPlan;
  if (process.argv.includes('--openid')) {
    await seed(database.ownerUrl, plan.users, 0);
    process.stdout.write(`${openidReport(await openidProvider(database, plan))}\n`);
  } else {
    const findings = await measure(database, plan);
    process.stdout.write(`${report(findings, database.description)}\n`);
    // Ten samples prove nothing either way.
    if (!quick && findings.addressTiming.some(({ p }) => p < leakBelow)) process.exitCode = 1;
  }
} finally {
  await cleanUp();
}

async function measure({ url, ownerUrl }: BenchDatabase, plan: Plan): Promise<Findings> {
  const seeded = await seed(ownerUrl, plan.users, plan.sessions);
  // The first start of all makes the signing key.
  await end(await start('gatehouse', url));
  say('cold starts');
  const coldStartMs = {
    floor: await coldStart('floor', url, plan),
    gatehouse: await coldStart('gatehouse', url, plan),
  };
  const servers = { floor: await start('floor', url), gatehouse: await start('gatehouse', url) };
  await wait(plan.idleMs);
  const idle = residentMebibytes(servers.gatehouse.pid).now;
  const es256 = await rawEs256();
  const floor = await target(servers.floor, seeded.emails, await seeded.sessions());
  const gatehouse = await target(servers.gatehouse, seeded.emails, await seeded.sessions());
  const operations: Partial<Record<OperationKind, Compared>> = {};
  // Logins come first: what is resident after them is their doing.
  const rawRates: number[] = [];
  operations.login = await compare('login', [floor, gatehouse], plan, async () => {
    rawRates.push(await rawArgon2idRate(hashThreads, plan.rawMs));
  });
  const { peak } = residentMebibytes(servers.gatehouse.pid);
  for (const kind of operationKinds) operations[kind] ??= await compare(kind, [floor, gatehouse], plan);
  say('login storm');
  const stormy = await storm(gatehouse, plan);
  say('second factors');
  const origin = `http://localhost:${servers.gatehouse.port}`;
  const counts = { people: plan.users, verifications: verificationsNeeded(plan) };
  const holders = await seedSecondFactors(ownerUrl, counts, origin);
  const factors = await measureFactors(servers.gatehouse, holders, plan);
  say('mixed load');
  const mixed = await mixedLoad(gatehouse, await seeded.sessions(), holders.people, plan);
  say('timing of known and unknown addresses');
  const timing = await addressTiming(servers.gatehouse.port, seeded.emails, plan.timingSamples);
  await Promise.all([end(servers.floor), end(servers.gatehouse)]);
  const openid = await openidProvider({ url, ownerUrl }, plan);
  return {
    raw: { argon2idPerSecond: rawRates.reduce((sum, rate) => sum + rate, 0) / rawRates.length, es256 },
    operations: operations as Findings['operations'],
    coldStartMs,
    residentMebibytes: { idle, peak },
    storm: stormy,
    factors,
    mixed,
    addressTiming: timing,
    openid,
  };
}

/** Gatehouse beside the bare provider; both are started for it, as neither has served anything else then. */
async function openidProvider(
  { url, ownerUrl }: Pick<BenchDatabase, 'url' | 'ownerUrl'>,
  plan: Plan,
): Promise<OpenidCosts> {
  const servers = { bare: await start('bare', url), gatehouse: await start('gatehouse', url) };
  const costs = await measureOpenid(servers, ownerUrl, plan, say);
  await Promise.all([end(servers.bare), end(servers.gatehouse)]);
  return costs;
}

async function compare(
  kind: OperationKind,
  targets: readonly [Target, Target],
  plan: Plan,
  eachRound?: () => Promise<void>,
): Promise<Compared> {
  say(kind);
  const [floor, gatehouse] = await measureOperation(kind, targets, plan, eachRound);
  if (!floor || !gatehouse) throw new Error(`${kind} was not measured`);
  return { floor, gatehouse };
}

async function coldStart(program: keyof typeof programs, url: string, plan: Plan): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < plan.coldStarts; n += 1) {
    const server = await start(program, url);
    times.push(server.coldStartMs);
    await end(server);
  }
  return median(times);
}

async function start(program: keyof typeof programs, url: string): Promise<ServerProcess> {
  const server = await ServerProcess[program](programs[program], url, join(folder, `${program}.log`));
  running.add(server);
  return server;
}

async function end(server: ServerProcess): Promise<void> {
  running.delete(server);
  await server.stop();
}

async function cleanUp(): Promise<void> {
  await Promise.all([...running].map((server) => end(server)));
  const stopping = database;
  database = undefined;
  await stopping?.stop();
  rmSync(folder, { recursive: true, force: true });
}

function say(what: string): void {
  process.stderr.write(`${what}\n`);
}
