import { fastify, type FastifyInstance } from 'fastify';
import type { HttpConfig } from '@app/config';
import { securityHeaders, withoutSchemas } from '@app/http';

/** A listener for operators alone: it knows no session, and must not be reachable from outside. */
export async function listenForOperators(
  config: HttpConfig,
  port: number,
  routes: (server: FastifyInstance) => void,
): Promise<FastifyInstance> {
  const server = fastify({ forceCloseConnections: true, schemaController: withoutSchemas });
  const headers = securityHeaders(config);
  server.addHook('onRequest', (_request, reply, done) => {
    void reply.headers(headers);
    done();
  });
  routes(server);
  await server.listen({ host: config.host, port });
  return server;
}
