import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { Draining } from '../lifecycle/draining.js';

/** While draining, each answer asks its client to open its next connection elsewhere. */
@Injectable()
export class ConnectionDrain implements OnModuleInit {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly draining: Draining,
  ) {}

  onModuleInit(): void {
    const server = this.adapterHost.httpAdapter.getInstance<FastifyInstance>();
    server.addHook('onRequest', (_request, reply, done) => {
      if (this.draining.active) void reply.header('connection', 'close');
      done();
    });
  }
}
