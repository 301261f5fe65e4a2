import { type Config } from '@app/config';
import type { DynamicModule } from '@nestjs/common';
import type { HttpServer } from '@app/http';
import { ApiModule } from '../../../apps/api/src/api.module.js';
import { createApi, listenApi } from '../../../apps/api/src/bootstrap.js';
import { testConfig } from './test-config.js';

export interface RunningApi {
  readonly app: HttpServer;
  readonly config: Config;
  readonly url: string;
}

/** The API on a database, listening on a free port: the whole of it, or another root in its place. */
export async function startApi(
  databaseUrl: string,
  changes: Record<string, string> = {},
  rootOf: (config: Config) => DynamicModule = ApiModule.forRoot,
): Promise<RunningApi> {
  const config = testConfig({ GATEHOUSE_DATABASE_URL: databaseUrl, ...changes });
  const app = await createApi(rootOf(config), config);
  await listenApi(app, config);
  return { app, config, url: await app.getUrl() };
}
