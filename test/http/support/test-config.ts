import { type Config, loadConfig } from '@app/config';

/** Settings for tests of HTTP: nothing of them names a running database unless one is given. */
export function testEnvironment(changes: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    GATEHOUSE_DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    GATEHOUSE_SECRET_KEY: `e4f9a0c2b7d15836${'k'.repeat(16)}`,
    GATEHOUSE_ENCRYPTION_KEYS: 'k1:3mZx0uYJqk7w9Fh2tRcVb8Nn5sLpQaGd1eXoKiTy6Hw=',
    GATEHOUSE_SMTP_HOST: '127.0.0.1',
    GATEHOUSE_SMTP_FROM: 'Gatehouse <gatehouse@localhost>',
    GATEHOUSE_PUBLIC_URL: 'https://id.example.test',
    GATEHOUSE_LOG_LEVEL: 'silent',
    GATEHOUSE_PORT: '0',
    ...changes,
  };
}

export const testConfig = (changes: Readonly<Record<string, string>> = {}): Config =>
  loadConfig(testEnvironment(changes));
