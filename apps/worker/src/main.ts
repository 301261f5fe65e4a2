import 'reflect-metadata';
import { ConfigurationError, loadConfig } from '@app/config';
import { runProcess } from '@app/health';
import { flushLogs, startLogging } from '@app/http';
import { startWorker } from './bootstrap.js';
import { WorkerModule } from './worker.module.js';

try {
  const config = loadConfig(process.env);
  const log = startLogging(config.runtime.logLevel, 'worker');
  await runProcess({
    log,
    flush: flushLogs,
    // Nobody sends requests to a worker: there is nothing to drain.
    drainMs: 0,
    shutdownTimeoutMs: config.runtime.shutdownTimeoutMs,
    start: async () => {
      const running = await startWorker(WorkerModule.forRoot(config), config, log);
      log.info({ queue: config.queue.redisUrl === undefined ? 'postgres' : 'redis' }, 'working');
      return running;
    },
  });
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
