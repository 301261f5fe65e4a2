import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Draining } from '../lifecycle/draining.js';
import type { Running } from '../lifecycle/run-process.js';

const idleCheckMs = 50;

/** A Nest server as runProcess() ends it. Nest closes the listener first and calls onApplicationShutdown last. */
export function runningServer(app: NestFastifyApplication): Running {
  return {
    drain: () => app.get(Draining, { strict: false }).begin(),
    close: () => closeServer(app),
    abort: () => app.getHttpServer().closeAllConnections(),
  };
}

/** Node closes the connections that are idle when it stops listening, and waits for those that become so later. */
async function closeServer(app: NestFastifyApplication): Promise<void> {
  const server = app.getHttpServer();
  const idle = setInterval(() => {
    if (!server.listening) server.closeIdleConnections();
  }, idleCheckMs);
  try {
    await app.close();
  } finally {
    clearInterval(idle);
  }
}
