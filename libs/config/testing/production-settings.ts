import { randomBytes } from 'node:crypto';

/** The fewest settings with which a production start is accepted; the secrets are new at every call. */
export function productionSettings(): Record<string, string> {
  return {
    GATEHOUSE_ENV: 'production',
    GATEHOUSE_PUBLIC_URL: 'https://id.example.org',
    GATEHOUSE_DATABASE_URL: `postgres://gatehouse_app:${randomBytes(18).toString('hex')}@db.internal:5432/gatehouse`,
    GATEHOUSE_SECRET_KEY: randomBytes(32).toString('base64url'),
    GATEHOUSE_ENCRYPTION_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    GATEHOUSE_SMTP_HOST: 'smtp.example.org',
    GATEHOUSE_SMTP_FROM: 'Gatehouse <no-reply@example.org>',
    GATEHOUSE_HIBP_URL: 'off',
  };
}
