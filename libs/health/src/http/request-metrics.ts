import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { Metrics } from '../metrics.js';

/** Times every request of the application's server. */
@Injectable()
export class RequestMetrics implements OnModuleInit {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    const server = this.adapterHost.httpAdapter.getInstance<FastifyInstance>();
    server.addHook('onResponse', (request, reply, done) => {
      // Unknown paths share one label: a caller must not be able to make new series.
      const route = request.routeOptions.url ?? '(none)';
      this.metrics.observeRequest(request.method, route, reply.statusCode, reply.elapsedTime);
      done();
    });
  }
}
