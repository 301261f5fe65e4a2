import { FirstAdmin } from '@app/authentication';
import type { Config } from '@app/config';
import { EmbeddedPostgres, migrate } from '@app/database';
import type { Running } from '@app/health';
import { runningServer } from '@app/health/http';
import type { createLogger, HttpServer } from '@app/http';
import { migrations } from '../../../migrations/index.js';
import { createApi, listenApi } from '../../api/src/bootstrap.js';
import { AllModule } from './all.module.js';
import { greeting } from './greeting.js';

/** Starts everything: the embedded database where none is configured, migrations, API and worker. */
export async function startAll(config: Config, log: ReturnType<typeof createLogger>): Promise<Running> {
  const embedded = config.runtime.embedded ? await EmbeddedPostgres.start(config.database) : undefined;
  let app: HttpServer | undefined;
  try {
    const database = { ...config.database, url: embedded?.url ?? config.database.url };
    const ownerUrl = embedded?.ownerUrl ?? config.database.ownerUrl;
    // Beyond the embedded mode migrations are a step of their own, by a role this process may not have.
    if (embedded && ownerUrl !== undefined) await migrate(ownerUrl, embedded.url, migrations);
    app = await createApi(AllModule.forRoot({ ...config, database }), config, log);
    await listenApi(app, config);
    if (embedded) process.stdout.write(greeting(config, await app.get(FirstAdmin, { strict: false }).issueLink()));
    log.info({ url: config.http.publicUrl, port: config.http.port }, 'serving');
    return withDatabase(runningServer(app), embedded);
  } catch (error) {
    // It works already when its port turns out to be taken: the database is not pulled away from under it.
    await app?.close();
    await embedded?.stop();
    throw error;
  }
}

function withDatabase(running: Running, embedded: EmbeddedPostgres | undefined): Running {
  return {
    drain: () => running.drain(),
    abort: () => running.abort(),
    close: async () => {
      await running.close();
      await embedded?.stop();
    },
  };
}
