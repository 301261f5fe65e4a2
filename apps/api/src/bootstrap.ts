import type { DynamicModule, Type } from '@nestjs/common';
import type { Config } from '@app/config';
import { createLogger, createServer, type HttpServer } from '@app/http';

/**
 * The API as it runs in production, not listening yet: mains and tests both begin here.
 * @throws what a module's start throws, such as an unreachable database.
 */
export async function createApi(module: Type | DynamicModule, config: Config): Promise<HttpServer> {
  const app = await createServer(module, config.http, createLogger(config.runtime.logLevel, 'api'));
  await app.init();
  return app;
}
