import { hostname } from 'node:os';
import { type DestinationStream, type Logger, pino } from 'pino';

const flushMs = 250;
const open = new Set<{ flush(): void; flushSync(): void }>();

/** What of an error may be logged. A driver's error also carries parameters and rows: those hold secrets. */
interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: unknown;
  readonly constraint?: unknown;
  readonly table?: unknown;
  readonly cause?: LoggedError;
}

/**
 * The logger of a process: one JSON object a line, on stdout. Lines below `warn` are written in bundles, four
 * times a second, since a write a request would cost more than answering it.
 */
export function createLogger(level: string, name: string, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: { app: name, pid: process.pid, host: hostname() },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: loggedError },
      hooks: {
        logMethod(input, method, severity) {
          method.apply(this, input);
          if (severity >= 40) writeOut();
        },
      },
    },
    destination ?? bundledStdout(),
  );
}

/** Writes out what is bundled, down to the disk: the last thing that a process does. */
export function flushLogs(): void {
  for (const stream of open) {
    try {
      stream.flushSync();
    } catch {
      // Not open yet, or the reader is gone: there is nowhere left to tell it.
    }
  }
}

/** Hands on what is bundled; no waiting for a disk here. */
function writeOut(): void {
  for (const stream of open) stream.flush();
}

function bundledStdout(): DestinationStream {
  const minLength = process.stdout.isTTY ? 0 : 8192;
  const stream = pino.destination({ dest: 1, sync: true, minLength, periodicFlush: flushMs });
  open.add(stream);
  process.once('exit', flushLogs);
  return stream;
}

/** An error with its stack and causes, without what drivers attach to it. */
export function loggedError(error: unknown): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'thrown value is no error' };
  const { code, constraint, table } = error as { code?: unknown; constraint?: unknown; table?: unknown };
  return {
    type: error.name,
    message: error.message,
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(code === undefined ? {} : { code }),
    ...(constraint === undefined ? {} : { constraint }),
    ...(table === undefined ? {} : { table }),
    ...(error.cause === undefined ? {} : { cause: loggedError(error.cause) }),
  };
}
