/*
 * npm test: every suite, on every backend that this machine can offer, and what had to be left out.
 *
 *   npm test                    what can run here
 *   npm test -- --complete      fails when anything was left out
 *   npm test -- registration    only suites whose path contains this
 */
import './node-version.mjs';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildIfStale, root } from './build.mjs';
import { findApache, findChromium, findPostgres15, findRedisServer } from './testing/external-programs.mjs';
import { startPostgres, startRedis, stopServers } from './testing/servers.mjs';

const complete = process.argv.includes('--complete');
const patterns = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
/** Journeys in which mails travel, so every statement of the queue runs. */
const throughTheQueue = ['test/mail/', 'test/api/registration', 'test/api/email-change', 'test/api/sweeps'];
/** Journeys with the statements of the two issuers, which run on one queue only. */
const ofTheIssuers = ['test/api/openid-provider', 'test/api/oauth-clients', 'test/api/indieauth-tokens'];
/** All journeys in so many Jest files: test/journeys.ts says why. */
const shared = patterns.length === 0 ? { TEST_JOURNEY_SHARES: '8' } : {};
const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const reports = mkdtempSync(join(tmpdir(), 'gatehouse-tests-'));
const began = Date.now();

const counts = new Map();
const leftOut = [];
let broken = 0;
let jestProcess;

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    if (jestProcess) jestProcess.kill(signal);
    stopServers().finally(() => process.exit(1));
  });
}

try {
  await runEverything();
} catch (error) {
  console.error(error);
  broken += 1;
} finally {
  await stopServers();
  rmSync(reports, { recursive: true, force: true });
}
report();

async function runEverything() {
  buildIfStale();
  const redisUrl = process.env.GATEHOUSE_REDIS_URL || (await startIfFound(findRedisServer(), startRedis));
  const chromium = findChromium();
  const apache = findApache();
  const env = { GATEHOUSE_REDIS_URL: redisUrl, CHROMIUM_PATH: chromium, APACHE_PATH: apache };

  // One more than there are cores: journeys wait for mails and clocks as long as they compute.
  const workers = [`--maxWorkers=${availableParallelism() + 1}`];
  const oneEach = [`--maxWorkers=${Math.max(2, availableParallelism() - 1)}`];
  await runJest(['unit', 'database', 'http', 'postgres-queue'], { ...env, ...shared }, workers);

  // The oldest PostgreSQL that we run on gets the whole of the journeys, and both queues.
  const oldest = await startIfFound(findPostgres15(), startPostgres);
  const onOldest = oldest ? { ...env, GATEHOUSE_TEST_DATABASE_URL: oldest } : env;
  if (redisUrl) await runJest(['redis-queue'], { ...onOldest, ...shared }, workers);
  else await leaveOut('redis-queue', 'no GATEHOUSE_REDIS_URL and no redis-server on the PATH');
  if (oldest)
    await runJest(['postgres-queue'], onOldest, workers, 'postgres-15', [...throughTheQueue, ...ofTheIssuers]);
  else await leaveOut('postgres-queue', 'no PostgreSQL 15 programs', 'postgres-15');

  // These start servers and kill them: apart from the others, which would slow them down past their limits.
  const apart = ['faults', 'deploy'];
  if (chromium) apart.push('browser');
  else await leaveOut('browser', 'no CHROMIUM_PATH and no chromium on the PATH');
  if (chromium && apache) apart.push('apache');
  else await leaveOut('apache', 'no chromium, or no apache2 with libapache2-mod-auth-openidc');
  await runJest(apart, env, oneEach);
}

async function startIfFound(program, start) {
  return program && start(program);
}

/**
 * Runs Jest on some projects; their counts are kept under their names, or under `as`.
 * @param paths what the suites' paths contain, where the caller of this program names none
 */
async function runJest(projects, env, options, as, paths = []) {
  const file = join(reports, `${counts.size}.json`);
  const reporters = ['--reporters=default', `--reporters=${join(root, 'test', 'support', 'reporter.cjs')}`];
  console.log(`\n== ${as ?? projects.join(', ')}`);
  const watch = endAfter(file);
  const code = await spawnJest(
    [
      '--ci',
      '--passWithNoTests',
      ...reporters,
      ...options,
      ...(patterns.length > 0 ? patterns : paths),
      '--selectProjects',
      ...projects,
    ],
    { ...env, TEST_REPORT: file },
    'inherit',
  );
  clearInterval(watch);
  for (const project of projects) counts.set(as ?? project, { suites: 0, passed: 0, failed: 0, leftOut: [] });
  try {
    for (const [project, count] of Object.entries(JSON.parse(readFileSync(file, 'utf8')))) {
      counts.set(as ?? project, count);
      for (const name of count.leftOut) leftOut.push(`1 test of ${as ?? project}: ${name}`);
    }
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  const failed = projects.some((project) => counts.get(as ?? project).failed > 0);
  if (code !== 0 && !failed) broken += 1;
}

/** Ends a Jest that has written its report and does not exit: some test left a connection or a process open. */
function endAfter(file) {
  let patience = 20;
  return setInterval(() => {
    if (!existsSync(file) || patience-- > 0) return;
    console.error('Jest has run its tests and does not exit: ended. Something was left open.');
    jestProcess.kill('SIGKILL');
  }, 1000);
}

/** Names and counts the suites of a project that cannot run here. */
async function leaveOut(project, why, as = project) {
  let output = '';
  await spawnJest(
    ['--listTests', '--json', ...patterns, '--selectProjects', project],
    {},
    'pipe',
    (part) => (output += part),
  );
  const suites = JSON.parse(output.slice(output.indexOf('['))).length;
  if (suites > 0) leftOut.push(`${suites} suites of ${as}: ${why}`);
}

function spawnJest(args, env, output, onOutput) {
  const options = { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', output, 'inherit'] };
  for (const name of Object.keys(options.env)) if (options.env[name] === undefined) delete options.env[name];
  return new Promise((resolve, reject) => {
    jestProcess = spawn(process.execPath, [jest, ...args], options);
    jestProcess.stdout?.on('data', onOutput);
    jestProcess.once('error', reject);
    jestProcess.once('close', (code) => resolve(code ?? 1));
  });
}

function report() {
  let passed = 0;
  let failed = 0;
  console.log('\n== tests by project');
  for (const [project, count] of counts) {
    console.log(`${project.padEnd(16)} ${String(count.passed).padStart(5)} passed, ${count.failed} failed`);
    passed += count.passed;
    failed += count.failed;
  }
  const onBackend = (project) => counts.get(project)?.passed ?? 0;
  console.log(`on the Postgres queue: ${onBackend('postgres-queue')}, on the Redis queue: ${onBackend('redis-queue')}`);
  console.log(leftOut.length > 0 ? `left out:\n  ${leftOut.join('\n  ')}` : 'left out: nothing');
  if (broken > 0) console.log(`ended early, each counted as one failure: ${broken}, see above`);
  if (complete && leftOut.length > 0) console.log('--complete: nothing may be left out');
  console.log(`${Math.round((Date.now() - began) / 1000)} s`);
  console.log(`${passed} passed, ${failed + broken} failed`);
  const nothingRan = passed + failed === 0;
  process.exitCode = nothingRan || failed + broken > 0 || (complete && leftOut.length > 0) ? 1 : 0;
}
