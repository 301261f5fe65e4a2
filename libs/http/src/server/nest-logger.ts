import { Logger as NestLog, type LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';
import { createLogger } from './logger.js';

/** What Nest says of itself: a line a module and route at start. */
const framework = new Set([
  'InstanceLoader',
  'NestApplication',
  'NestFactory',
  'RouterExplorer',
  'RoutesResolver',
  'TypeOrmModule',
]);

/** Lines written through Nest's Logger, into the logger of the process. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    const facts = parts(rest);
    if (framework.has(facts.context ?? '')) this.logger.debug(facts, text(message));
    else this.logger.info(facts, text(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.logger.error({ ...parts(rest), ...(message instanceof Error ? { err: message } : {}) }, text(message));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.logger.warn(parts(rest), text(message));
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.logger.debug(parts(rest), text(message));
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.logger.trace(parts(rest), text(message));
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.logger.fatal(parts(rest), text(message));
  }
}

/** The logger of a process's main: everything goes there from now on, what libs say before Nest is up included. */
export function startLogging(level: string, name: string): Logger {
  const logger = createLogger(level, name);
  NestLog.overrideLogger(new NestLogger(logger));
  return logger;
}

const text = (message: unknown): string =>
  message instanceof Error ? message.message : typeof message === 'string' ? message : JSON.stringify(message);

/** Nest calls with (message, stack?, context?). */
function parts(rest: readonly unknown[]): { context?: string; stack?: string } {
  const words = rest.filter((part): part is string => typeof part === 'string');
  const context = words.findLast((word) => !word.includes('\n'));
  const stack = words.find((word) => word.includes('\n'));
  return { ...(context === undefined ? {} : { context }), ...(stack === undefined ? {} : { stack }) };
}
