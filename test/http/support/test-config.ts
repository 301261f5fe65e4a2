import { loadConfig, type Config } from '@app/config';

const database = process.env.GATEHOUSE_DATABASE_URL;

/** A whole configuration for tests of HTTP alone: nothing of it names a running database unless one is given. */
export function testConfig(changes: Record<string, string> = {}): Config {
  return loadConfig({
    GATEHOUSE_DATABASE_URL: database ?? 'postgres://nobody@127.0.0.1:1/none',
    GATEHOUSE_SECRET_KEY: 'k'.repeat(16) + 'e4f9a0c2b7d15836',
    GATEHOUSE_ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 'gatehouse-test').toString('base64')}`,
    GATEHOUSE_SMTP_HOST: '127.0.0.1',
    GATEHOUSE_SMTP_FROM: 'Gatehouse <gatehouse@localhost>',
    GATEHOUSE_PUBLIC_URL: 'https://id.example.test',
    GATEHOUSE_LOG_LEVEL: 'silent',
    GATEHOUSE_PORT: '0',
    ...changes,
  });
}
