/*
 * One project for each kind of test. `npm test` (scripts/test.mjs) runs them all; one alone:
 *   npx jest --selectProjects unit
 *   npx jest test/api/registration --selectProjects postgres-queue
 */

const shared = {
  rootDir: import.meta.dirname ?? new URL('.', import.meta.url).pathname,
  testEnvironment: 'node',
  moduleFileExtensions: ['js', 'ts', 'tsx', 'mjs', 'cjs', 'json', 'node'],
  transform: { '\\.(ts|tsx|js|mjs)$': '<rootDir>/test/jest-swc.cjs' },
  transformIgnorePatterns: [],
  resolver: '<rootDir>/test/jest-resolver.cjs',
  setupFiles: ['reflect-metadata'],
  setupFilesAfterEnv: ['<rootDir>/test/support/timeout.cjs'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.data/'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
};

/** Needs PostgreSQL: starts the embedded one, or uses GATEHOUSE_TEST_DATABASE_URL. */
const onPostgres = {
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
};

/** Journeys that leave nothing to a worker but mails that others send, too: one queue is enough for them. */
const whateverQueue =
  'test/api/(oauth|openid|indieauth-(?!domains)|issuers|admin-clients|dynamic-reg|my-grants|signing-keys|conformance)';

const journeys = ['<rootDir>/test/api/**/*.e2e-spec.{ts,tsx}', '<rootDir>/test/mail/**/*.e2e-spec.{ts,tsx}'];

const projects = {
  unit: {
    testMatch: ['<rootDir>/{libs,apps}/**/*.spec.{ts,tsx}'],
    timeout: 10_000,
  },
  database: {
    ...onPostgres,
    testMatch: ['<rootDir>/{libs,apps,migrations,test/database}/**/*.db-spec.{ts,tsx}'],
    timeout: 30_000,
  },
  'postgres-queue': {
    ...onPostgres,
    testMatch: journeys,
    globals: { queueBackend: 'postgres' },
    timeout: 30_000,
  },
  'redis-queue': {
    ...onPostgres,
    testMatch: journeys,
    journeysLeftOut: whateverQueue,
    globals: { queueBackend: 'redis' },
    timeout: 30_000,
  },
  http: {
    ...onPostgres,
    testMatch: ['<rootDir>/test/http/**/*.e2e-spec.{ts,tsx}'],
    globals: { queueBackend: 'postgres' },
    timeout: 30_000,
  },
  faults: {
    ...onPostgres,
    testMatch: ['<rootDir>/test/faults/**/*.e2e-spec.{ts,tsx}'],
    timeout: 180_000,
  },
  deploy: {
    ...onPostgres,
    testMatch: ['<rootDir>/test/deploy/**/*.e2e-spec.{ts,tsx}'],
    timeout: 180_000,
  },
  browser: {
    ...onPostgres,
    testMatch: ['<rootDir>/test/browser/**/*.e2e-spec.{ts,tsx}'],
    globals: { queueBackend: 'postgres' },
    timeout: 60_000,
  },
  apache: {
    ...onPostgres,
    testMatch: ['<rootDir>/test/apache/**/*.e2e-spec.{ts,tsx}'],
    globals: { queueBackend: 'postgres' },
    timeout: 60_000,
  },
};

/** `npm test` sets it where it runs all journeys: test/journeys.ts says why they are shared out. */
const journeyShares = Number(process.env.TEST_JOURNEY_SHARES ?? 0);

function sharesOf(project) {
  if (project.testMatch !== journeys || journeyShares === 0) return [project];
  const { journeysLeftOut = '^$' } = project;
  return Array.from({ length: journeyShares }, (_, journeyShare) => ({
    ...project,
    testMatch: ['<rootDir>/test/journeys.ts'],
    globals: { ...project.globals, journeyShare, journeyShares, journeysLeftOut },
  }));
}

export default {
  projects: Object.entries(projects).flatMap(([displayName, kind]) =>
    sharesOf(kind).map(({ timeout, globals, journeysLeftOut = [], ...project }) => ({
      displayName,
      ...shared,
      testPathIgnorePatterns: shared.testPathIgnorePatterns.concat(journeysLeftOut),
      ...project,
      globals: { ...globals, testTimeoutMs: timeout },
    })),
  ),
};
