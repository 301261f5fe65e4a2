import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '@nestjs/common';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { isConnectionError } from './database.errors.js';

const attempts = 30;
const pauseMs = 1_000;

/**
 * A connected DataSource. A database that is still starting is waited for; a wrong password or name is not.
 * @throws the driver's error, once waiting is useless.
 */
export async function connect(
  options: DataSourceOptions | undefined,
  logger: Pick<Logger, 'warn'>,
): Promise<DataSource> {
  if (options === undefined) throw new Error('no options for the DataSource');
  for (let attempt = 1; ; attempt += 1) {
    const dataSource = new DataSource(options);
    try {
      return await dataSource.initialize();
    } catch (error) {
      if (!isConnectionError(error) || attempt === attempts) throw error;
      if (attempt % 5 === 1)
        logger.warn(`Waiting for the database: ${(error as Error).message || 'connection refused'}`);
      await wait(pauseMs);
    }
  }
}
