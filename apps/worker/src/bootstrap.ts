import type { DynamicModule, Type } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import type { Config } from '@app/config';
import { Metrics, type Running } from '@app/health';
import { runningServer, serveMetrics } from '@app/health/http';
import { createLogger, createServer } from '@app/http';

/**
 * Starts a worker: it works from the moment this resolves. With a management port it answers probes and metrics
 * there, and never anything else.
 * @throws what a module's start throws, such as an unreachable database.
 */
export async function startWorker(
  module: Type | DynamicModule,
  config: Config,
  logger: ReturnType<typeof createLogger> = createLogger(config.runtime.logLevel, 'worker'),
): Promise<Running> {
  const app = await createServer(module, config.http, logger);
  serveMetrics(app.getHttpAdapter().getInstance() as unknown as FastifyInstance, app.get(Metrics, { strict: false }));
  await app.init();
  const { host, managementPort } = config.http;
  if (managementPort !== undefined) await app.listen(managementPort, host);
  return runningServer(app);
}
