import { isIP } from 'node:net';
import type { Environment } from './environment.js';

const placeholder = /change[-_ ]?me|placeholder|example|insecure|password|secret|^(.)\1+$/i;

type Rule = (environment: Environment) => string | undefined;

const isLoopbackHost = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || host === '::1' || /^127\./.test(host);

/** True where this URL names the machine itself. */
export function isLoopbackUrl(url: string): boolean {
  return URL.canParse(url) && isLoopbackHost(new URL(url).hostname);
}

const required =
  (name: keyof Environment, when: (environment: Environment) => boolean, why: string): Rule =>
  (environment) =>
    when(environment) && environment[name] === undefined ? `GATEHOUSE_${name}: is required ${why}` : undefined;

const notPlaceholder =
  (name: 'SECRET_KEY' | 'SECRET_KEY_PREVIOUS' | 'ADMIN_PASSWORD' | 'SMTP_PASSWORD'): Rule =>
  (environment) =>
    production(environment) && environment[name] !== undefined && placeholder.test(environment[name])
      ? `GATEHOUSE_${name}: holds a placeholder; set a random value`
      : undefined;

const production = (environment: Environment): boolean => environment.ENV === 'production';
const inProduction = 'in production';

/** Rules over several settings. Each gives one sentence that begins with the variable's name, or nothing. */
export const environmentRules: readonly Rule[] = [
  required('DATABASE_URL', production, inProduction),
  required('SECRET_KEY', (e) => production(e) || e.DATABASE_URL !== undefined, 'with GATEHOUSE_DATABASE_URL'),
  required('ENCRYPTION_KEYS', (e) => production(e) || e.DATABASE_URL !== undefined, 'with GATEHOUSE_DATABASE_URL'),
  required('PUBLIC_URL', production, inProduction),
  required('SMTP_HOST', (e) => production(e) || e.DATABASE_URL !== undefined, 'without the embedded database'),
  required('SMTP_FROM', (e) => e.SMTP_HOST !== undefined, 'with GATEHOUSE_SMTP_HOST'),
  required('SMTP_PASSWORD', (e) => e.SMTP_USERNAME !== undefined, 'with GATEHOUSE_SMTP_USERNAME'),
  required('ADMIN_EMAIL', (e) => e.ADMIN_PASSWORD !== undefined, 'with GATEHOUSE_ADMIN_PASSWORD'),
  required('ADMIN_PASSWORD', (e) => e.ADMIN_EMAIL !== undefined, 'with GATEHOUSE_ADMIN_EMAIL'),
  notPlaceholder('SECRET_KEY'),
  notPlaceholder('SECRET_KEY_PREVIOUS'),
  notPlaceholder('ADMIN_PASSWORD'),
  notPlaceholder('SMTP_PASSWORD'),
  (e) =>
    e.ENCRYPTION_KEYS?.some((pair) => weakKey(pair)) && production(e)
      ? 'GATEHOUSE_ENCRYPTION_KEYS: holds a placeholder key; make one with `openssl rand -base64 32`'
      : undefined,
  (e) =>
    e.ENCRYPTION_KEYS && new Set(e.ENCRYPTION_KEYS.map((pair) => pair.split(':')[0])).size < e.ENCRYPTION_KEYS.length
      ? 'GATEHOUSE_ENCRYPTION_KEYS: two keys share a kid'
      : undefined,
  (e) =>
    e.ENCRYPTION_KEYS?.length === 0 ? 'GATEHOUSE_ENCRYPTION_KEYS: must hold at least one kid:base64 pair' : undefined,
  (e) =>
    e.PUBLIC_URL?.startsWith('http:') && !isLoopbackUrl(e.PUBLIC_URL)
      ? 'GATEHOUSE_PUBLIC_URL: must be https beyond loopback; browsers drop __Host- cookies on http'
      : undefined,
  (e) =>
    e.PUBLIC_URL && URL.canParse(e.PUBLIC_URL) && new URL(e.PUBLIC_URL).origin !== e.PUBLIC_URL.replace(/\/$/, '')
      ? 'GATEHOUSE_PUBLIC_URL: must be an origin, without path, query or fragment'
      : undefined,
  (e) =>
    production(e) && !e.SMTP_USE_TLS && e.SMTP_HOST && !isLoopbackHost(e.SMTP_HOST)
      ? 'GATEHOUSE_SMTP_USE_TLS: false sends passwords and mail in clear; allowed on loopback only'
      : undefined,
  (e) =>
    production(e) && e.MANAGEMENT_PORT === e.PORT && e.PORT !== 0
      ? 'GATEHOUSE_MANAGEMENT_PORT: must differ from GATEHOUSE_PORT in production'
      : undefined,
  (e) =>
    e.TRUSTED_PROXIES.some((range) => isIP(range.split('/')[0] ?? '') === 0)
      ? 'GATEHOUSE_TRUSTED_PROXIES: must list addresses or CIDR ranges'
      : undefined,
  (e) =>
    production(e) && (e.ARGON2_MEMORY_KIB < 19_456 || e.ARGON2_TIME_COST < 2)
      ? 'GATEHOUSE_ARGON2_MEMORY_KIB: must be at least 19456 with GATEHOUSE_ARGON2_TIME_COST at least 2 in production'
      : undefined,
];

function weakKey(pair: string): boolean {
  const key = Buffer.from(pair.slice(pair.indexOf(':') + 1), 'base64');
  return new Set(key).size < 8 || placeholder.test(key.toString('latin1'));
}
