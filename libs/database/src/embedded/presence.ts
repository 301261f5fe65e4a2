import pg from 'pg';

/** Advisory locks of the cluster's database `postgres`. */
const inUse = [7163, 10];
const servedBy = [7163, 11];

export type Role = 'server' | 'guest';

/** Another server process works on the same folder. */
export class EmbeddedInUse extends Error {
  override readonly name = 'EmbeddedInUse';
}

/**
 * This process's claim on an embedded database: a connection whose advisory locks say that somebody uses it and,
 * for a server, that it is the one server. A killed process loses them with its connection, at once and for sure,
 * which no file with a process id can promise.
 */
export class Presence {
  private constructor(private readonly client: pg.Client) {}

  /**
   * @throws EmbeddedInUse when another server has this folder; the driver's error while the database starts or
   *   stops, which is worth another try.
   */
  static async claim(superuserUrl: string, role: Role, onLost: () => void): Promise<Presence> {
    const client = new pg.Client({
      connectionString: superuserUrl,
      application_name: `gatehouse ${role}, process ${process.pid}`,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    });
    let claimed = false;
    client.on('error', () => {
      if (claimed) onLost();
    });
    try {
      await client.connect();
      // Waits while the last user is stopping the server: then this connection ends with it.
      await client.query('SELECT pg_advisory_lock_shared($1, $2)', inUse);
      if (role === 'server') await claimServer(client);
      claimed = true;
      return new Presence(client);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
  }

  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<pg.QueryResult<Row>> {
    return this.client.query<Row>(text, values);
  }

  /**
   * Gives the claim up. Resolves to true when nobody else uses the database: the caller then stops it, and until
   * it has, newcomers wait.
   */
  async isLastOne(): Promise<boolean> {
    await this.client.query('SELECT pg_advisory_unlock_all()');
    const result = await this.client.query<{ alone: boolean }>('SELECT pg_try_advisory_lock($1, $2) AS alone', inUse);
    return result.rows[0]?.alone ?? false;
  }

  async end(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }
}

async function claimServer(client: pg.Client): Promise<void> {
  const tried = await client.query<{ ours: boolean }>('SELECT pg_try_advisory_lock($1, $2) AS ours', servedBy);
  if (tried.rows[0]?.ours) return;
  const holder = await client.query<{ application_name: string }>(
    `SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)
     WHERE locktype = 'advisory' AND classid = $1 AND objid = $2 AND granted`,
    servedBy,
  );
  throw new EmbeddedInUse(holder.rows[0]?.application_name ?? 'another process');
}
