import { type Config, ConfigurationError } from '@app/config';
import { EmbeddedPostgres, migrate } from '@app/database';
import { migrations } from '../../../migrations/index.js';
import type { Command } from './command.js';

/** Locked: of several at once one works, the others wait and find nothing to do. */
export const migrateDatabase: Command = {
  name: 'migrate',
  summary: 'bring the database to this release, as the role of GATEHOUSE_DATABASE_OWNER_URL',
  run: async (config) => {
    const embedded = config.runtime.embedded ? await EmbeddedPostgres.attachOrStart(config.database) : undefined;
    try {
      const { ownerUrl, url } = embedded ?? roles(config);
      const { applied } = await migrate(ownerUrl, url, migrations);
      process.stdout.write(
        applied.length === 0 ? 'The database is up to date.\n' : `Applied ${applied.length}: ${applied.join(', ')}\n`,
      );
    } finally {
      await embedded?.stop();
    }
  },
};

function roles({ database, runtime }: Config): { ownerUrl: string; url: string } {
  const { url, ownerUrl } = database;
  if (url === undefined || (ownerUrl === undefined && runtime.production)) {
    throw new ConfigurationError(['GATEHOUSE_DATABASE_OWNER_URL: is required to migrate in production']);
  }
  return { url, ownerUrl: ownerUrl ?? url };
}
