import { AsyncLocalStorage } from 'node:async_hooks';
import type { Server } from 'node:http';
import pg from 'pg';
import { BoundedPool } from '../../libs/crypto/src/bounded-pool.js';

/** What a server did to answer requests. */
export interface RequestWork {
  /** Names of the SQL statements, in order; unnamed ones by how they begin. START, COMMIT and ROLLBACK are left out. */
  readonly statements: string[];
  /** Password hashes made or compared. */
  hashes: number;
}

const requests = new AsyncLocalStorage<RequestWork>();
const transactionWords = /^(start transaction|begin|commit|rollback)\b/i;

/**
 * Sees the SQL statements and password hashes of requests, and of nothing else: what relays and workers of the same
 * process do meanwhile runs outside every request.
 */
export class Statements {
  private current: RequestWork | undefined;

  constructor(server: Server) {
    observe();
    const emit = server.emit.bind(server) as (event: string, ...args: unknown[]) => boolean;
    server.emit = (event: string, ...args: unknown[]) =>
      event === 'request' && this.current
        ? requests.run(this.current, () => emit(event, ...args))
        : emit(event, ...args);
  }

  /** Runs `work`, and says what the server did for the requests that it made. */
  async during<T>(work: () => Promise<T>): Promise<RequestWork & { readonly result: T }> {
    const seen: RequestWork = { statements: [], hashes: 0 };
    this.current = seen;
    try {
      const result = await work();
      return { ...seen, result };
    } finally {
      this.current = undefined;
    }
  }
}

let observed = false;

/** Puts the two observers in place, once a process. They change nothing. */
function observe(): void {
  if (observed) return;
  observed = true;
  const { query } = pg.Client.prototype as { query: (...args: unknown[]) => unknown };
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]): unknown {
    const name = nameOf(args[0]);
    if (name !== undefined) requests.getStore()?.statements.push(name);
    return query.apply(this, args);
  } as typeof pg.Client.prototype.query;
  const { run } = BoundedPool.prototype;
  BoundedPool.prototype.run = function <T>(this: BoundedPool, task: () => Promise<T>): Promise<T> {
    const seen = requests.getStore();
    if (seen) seen.hashes += 1;
    return run.call(this, task) as Promise<T>;
  };
}

function nameOf(query: unknown): string | undefined {
  const { name, text } = typeof query === 'string' ? { name: undefined, text: query } : (query as pg.QueryConfig);
  if (name !== undefined) return name;
  return transactionWords.test(text) ? undefined : text.replace(/\s+/g, ' ').slice(0, 60);
}
