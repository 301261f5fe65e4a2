/** Stops the PostgreSQL that global-setup.ts started. */
export default async function globalTeardown(): Promise<void> {
  await (globalThis as { testPostgres?: { stop(): Promise<void> } }).testPostgres?.stop();
}
