import {
  type DynamicModule,
  type INestApplicationContext,
  Logger,
  type LoggerService,
  Module,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Config } from '@app/config';
import { EmbeddedPostgres, SchemaRequiredModule } from '@app/database';
import { FloorModule } from '../../floor.module.js';

@Module({})
class CommandModule {
  static forRoot(config: Config, face: Type): DynamicModule {
    const floor = FloorModule.forCommand(config, 'gatehouse cli');
    return { module: CommandModule, imports: [floor, SchemaRequiredModule, face] };
  }
}

/** Standard output is the command's own: it may be piped. */
const quiet: LoggerService = {
  log: () => undefined,
  warn: (message: unknown) => process.stderr.write(`${String(message)}\n`),
  error: (message: unknown) => process.stderr.write(`${String(message)}\n`),
};

/**
 * Runs work with a lib's face on the migrated database: the configured one, or the embedded one beside a running
 * server or alone.
 */
export async function withContext<T>(
  config: Config,
  face: Type,
  work: (context: INestApplicationContext) => Promise<T>,
): Promise<T> {
  Logger.overrideLogger(quiet);
  const embedded = config.runtime.embedded ? await EmbeddedPostgres.attachOrStart(config.database) : undefined;
  try {
    const database = { ...config.database, url: embedded?.url ?? config.database.url };
    const module = CommandModule.forRoot({ ...config, database }, face);
    const context = await NestFactory.createApplicationContext(module, { logger: quiet, abortOnError: false });
    try {
      return await work(context);
    } finally {
      await context.close();
    }
  } finally {
    await embedded?.stop();
  }
}
