import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../metrics.js';

/** GET /metrics. Not a Nest route: in production it lives on a listener that has none. */
export function serveMetrics(server: FastifyInstance, metrics: Metrics): void {
  server.get('/metrics', async (_request, reply) => {
    void reply.header('content-type', metrics.registry.contentType);
    return metrics.registry.metrics();
  });
}
