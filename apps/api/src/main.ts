import 'reflect-metadata';
import { ConfigurationError, loadConfig } from '@app/config';
import { runProcess } from '@app/health';
import { runningServer } from '@app/health/http';
import { flushLogs, startLogging } from '@app/http';
import { ApiModule } from './api.module.js';
import { createApi, listenApi } from './bootstrap.js';

try {
  const config = loadConfig(process.env);
  const log = startLogging(config.runtime.logLevel, 'api');
  await runProcess({
    log,
    flush: flushLogs,
    drainMs: config.runtime.drainMs,
    shutdownTimeoutMs: config.runtime.shutdownTimeoutMs,
    start: async () => {
      const app = await createApi(ApiModule.forRoot(config), config, log);
      await listenApi(app, config);
      log.info({ url: config.http.publicUrl, port: config.http.port }, 'serving');
      return runningServer(app);
    },
  });
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
