/** The limit of an answer to /health, whatever the state of the database. */
const limitMs = 5_000;

/** What a probe is told. @throws where it has to wait for longer than it may. */
export async function health(url: string, path: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${url}${path}`, { signal: AbortSignal.timeout(limitMs) });
  return { status: response.status, body: await response.json() };
}

/** What /health says without a database. */
export const unhealthy = {
  status: 503,
  body: { status: 'unhealthy', database: 'error', error: 'unable to connect to database' },
};
