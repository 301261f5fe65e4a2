import pg from 'pg';

/**
 * A connection of a pool. PostgreSQL may end it in the very packet that makes it ready, before whoever asked for it can
 * listen; an error that nobody listens to would end the process. What was asked of it fails all the same.
 */
export class PooledClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}
