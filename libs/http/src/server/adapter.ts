import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { httpProblem } from '../problem.js';
import { answerProblem, sendProblem } from '../problem.filter.js';
import type { KnownRoutes } from './known-routes.js';

/** Answers what goes wrong outside Nest's routes with problems too. Nest would lose Fastify's error codes. */
export class GatehouseAdapter extends FastifyAdapter {
  knownRoutes: KnownRoutes | undefined;

  override setErrorHandler(): ReturnType<FastifyAdapter['setErrorHandler']> {
    return this.instance.setErrorHandler((error, request, reply) => {
      answerProblem(error, request as FastifyRequest, reply as unknown as FastifyReply);
    });
  }

  override setNotFoundHandler(): ReturnType<FastifyAdapter['setNotFoundHandler']> {
    return this.instance.setNotFoundHandler((request, reply) => {
      answerNotFound(request as FastifyRequest, reply as unknown as FastifyReply, this.knownRoutes);
    });
  }
}

function answerNotFound(request: FastifyRequest, reply: FastifyReply, routes: KnownRoutes | undefined): void {
  const methods = routes?.methodsOf(request.url) ?? [];
  if (methods.length === 0) {
    sendProblem(reply, httpProblem(404, 'http.route_not_found', 'There is nothing at this path.', request.id));
    return;
  }
  void reply.header('allow', methods.join(', '));
  sendProblem(reply, httpProblem(405, 'http.method_not_allowed', 'This path does not take this method.', request.id));
}
