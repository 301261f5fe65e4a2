import { type Config } from '@app/config';
import type { HttpServer } from '@app/http';
import { ApiModule } from '../../../apps/api/src/api.module.js';
import { createApi, listenApi } from '../../../apps/api/src/bootstrap.js';
import { testConfig } from './test-config.js';

export interface RunningApi {
  readonly app: HttpServer;
  readonly config: Config;
  readonly url: string;
}

/** The whole API on a database, listening on a free port. */
export async function startApi(databaseUrl: string, changes: Record<string, string> = {}): Promise<RunningApi> {
  const config = testConfig({ GATEHOUSE_DATABASE_URL: databaseUrl, ...changes });
  const app = await createApi(ApiModule.forRoot(config), config);
  await listenApi(app, config);
  return { app, config, url: await app.getUrl() };
}
