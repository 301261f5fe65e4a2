import 'reflect-metadata';
import { ConfigurationError, loadConfig } from '@app/config';
import { runProcess } from '@app/health';
import { flushLogs, startLogging } from '@app/http';
import { startAll } from './start-all.js';

try {
  const config = loadConfig(process.env);
  const log = startLogging(config.runtime.logLevel, 'all');
  await runProcess({
    log,
    flush: flushLogs,
    tell: (reason) => process.stderr.write(`\nGatehouse does not start. ${reason}\n\n`),
    drainMs: config.runtime.drainMs,
    shutdownTimeoutMs: config.runtime.shutdownTimeoutMs,
    start: () => startAll(config, log),
  });
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
