import type { DynamicModule, Type } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import type { Config } from '@app/config';
import { Metrics } from '@app/health';
import { serveMetrics } from '@app/health/http';
import { createLogger, createServer, type HttpServer } from '@app/http';
import { listenForOperators } from './management.js';
import { serveDocs } from './open-api/docs.routes.js';
import { openApiDocument } from './open-api/document.js';

type Logger = ReturnType<typeof createLogger>;

/**
 * The API as it runs in production, not listening yet: mains and tests both begin here. Its container must hold
 * HttpModule, HealthModule and HealthHttpModule.
 * @throws what a module's start throws, such as an unreachable database.
 */
export async function createApi(
  module: Type | DynamicModule,
  config: Config,
  logger: Logger = createLogger(config.runtime.logLevel, 'api'),
): Promise<HttpServer> {
  const app = await createServer(module, config.http, logger);
  if (config.http.managementPort === undefined) operatorRoutes(app, config)(fastifyOf(app));
  await app.init();
  return app;
}

/** Listens on the main port, and on the management port where there is one; closing the app closes both. */
export async function listenApi(app: HttpServer, config: Config): Promise<void> {
  const { host, port, managementPort } = config.http;
  if (managementPort !== undefined) {
    const operators = await listenForOperators(config.http, managementPort, operatorRoutes(app, config));
    fastifyOf(app).addHook('onClose', () => operators.close());
  }
  await app.listen(port, host);
}

/** Metrics and documentation. */
function operatorRoutes(app: HttpServer, config: Config): (server: FastifyInstance) => void {
  return (server) => {
    serveMetrics(server, app.get(Metrics, { strict: false }));
    serveDocs(server, () => openApiDocument(app, config));
  };
}

const fastifyOf = (app: HttpServer): FastifyInstance =>
  app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
