import { Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Config } from '@app/config';
import { EmbeddedPostgres } from '@app/database';
import { SigningKeys, TokensModule } from '@app/tokens';
import { FloorModule } from '../../floor.module.js';
import type { Command } from './command.js';

@Module({})
class RotateKeysModule {
  static forRoot(config: Config): DynamicModule {
    return { module: RotateKeysModule, imports: [FloorModule.forRoot(config, 'gatehouse cli'), TokensModule] };
  }
}

/** For a key that may have leaked, or on a schedule of one's own; the worker rotates by age anyway. */
export const rotateKeys: Command = {
  name: 'rotate-keys',
  summary: 'publish a new signing key for access tokens; it signs an hour later',
  run: async (config) => {
    const embedded = config.runtime.embedded ? await EmbeddedPostgres.attachOrStart(config.database) : undefined;
    try {
      const database = { ...config.database, url: embedded?.url ?? config.database.url };
      const app = await NestFactory.createApplicationContext(RotateKeysModule.forRoot({ ...config, database }), {
        logger: ['error', 'warn'],
        abortOnError: false,
      });
      const keys = app.get(SigningKeys, { strict: false });
      await keys.rotate();
      process.stdout.write(
        `Published: ${keys
          .jwks()
          .keys.map(({ kid }) => String(kid))
          .join(', ')}\n`,
      );
      await app.close();
    } finally {
      await embedded?.stop();
    }
  },
};
