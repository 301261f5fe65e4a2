import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Draining } from '../lifecycle/draining.js';
import type { Running } from '../lifecycle/run-process.js';

/** A Nest server as runProcess() ends it. Nest closes the listener first and calls onApplicationShutdown last. */
export function runningServer(app: NestFastifyApplication): Running {
  return {
    drain: () => app.get(Draining, { strict: false }).begin(),
    close: () => app.close(),
    abort: () => app.getHttpServer().closeAllConnections(),
  };
}
