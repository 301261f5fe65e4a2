import { EmbeddedPostgres } from '@app/database';
import pg from 'pg';

/*
 * A stand-in for the server and the command line in a process of its own: started as
 * `embedded-program.ts server|guest <folder>`, it says what it has as JSON, and stops in order on SIGTERM and SIGINT.
 */

const [role, dataDir = ''] = process.argv.slice(2);

const say = (message: object): boolean => process.stdout.write(`${JSON.stringify(message)}\n`);

async function main(): Promise<void> {
  const config = { dataDir };
  const embedded = await (role === 'server' ? EmbeddedPostgres.start(config) : EmbeddedPostgres.attachOrStart(config));
  const alive = setInterval(() => undefined, 1_000);
  const stop = async (): Promise<void> => {
    // As an app does while it shuts down: the database must still be there.
    const client = new pg.Client({ connectionString: embedded.url });
    await client.connect();
    await client.query('SELECT 1');
    await client.end();
    await embedded.stop();
    clearInterval(alive);
    say({ stopped: true });
  };
  process.once('SIGTERM', () => void stop());
  process.once('SIGINT', () => void stop());
  say({ url: embedded.url, ownerUrl: embedded.ownerUrl });
}

main().catch((error: unknown) => {
  say({ error: (error as Error).message });
  process.exitCode = 1;
});
