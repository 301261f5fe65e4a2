import { accessSync, constants } from 'node:fs';
import type { Environment } from './environment.js';
import {
  hasPlaceholderPassword,
  isPlaceholderKey,
  isPlaceholderKeyPair,
  isPlaceholderPassword,
} from './placeholders.js';
import { isLoopbackHost, isLoopbackUrl } from './addresses.js';

type Rule = (environment: Environment) => string | undefined;
type Secret =
  | 'SECRET_KEY'
  | 'SECRET_KEY_PREVIOUS'
  | 'ADMIN_PASSWORD'
  | 'SMTP_PASSWORD'
  | 'DATABASE_URL'
  | 'DATABASE_OWNER_URL'
  | 'REDIS_URL';

const required =
  (name: keyof Environment, when: (environment: Environment) => boolean, why: string): Rule =>
  (environment) =>
    when(environment) && environment[name] === undefined ? `GATEHOUSE_${name}: is required ${why}` : undefined;

const notPlaceholder =
  (name: Secret, isPlaceholder: (value: string) => boolean): Rule =>
  (environment) => {
    const value = environment[name];
    return production(environment) && value !== undefined && isPlaceholder(value)
      ? `GATEHOUSE_${name}: holds a placeholder; set a random value`
      : undefined;
  };

const production = (environment: Environment): boolean => environment.ENV === 'production';
const inProduction = 'in production';
const notEmbedded = (e: Environment): boolean => production(e) || e.DATABASE_URL !== undefined;

/** Rules over several settings. Each gives one sentence that begins with the variable's name, or nothing. */
export const environmentRules: readonly Rule[] = [
  required('DATABASE_URL', production, inProduction),
  required(
    'DATABASE_URL',
    (e) => !production(e) && e.DATABASE_OWNER_URL !== undefined,
    'with GATEHOUSE_DATABASE_OWNER_URL',
  ),
  required('SECRET_KEY', notEmbedded, 'with GATEHOUSE_DATABASE_URL'),
  required('ENCRYPTION_KEYS', notEmbedded, 'with GATEHOUSE_DATABASE_URL'),
  required('PUBLIC_URL', production, inProduction),
  required('SMTP_HOST', notEmbedded, 'without the embedded database'),
  required('SMTP_FROM', (e) => e.SMTP_HOST !== undefined, 'with GATEHOUSE_SMTP_HOST'),
  required('SMTP_PASSWORD', (e) => e.SMTP_USERNAME !== undefined, 'with GATEHOUSE_SMTP_USERNAME'),
  required('SMTP_USERNAME', (e) => e.SMTP_PASSWORD !== undefined, 'with GATEHOUSE_SMTP_PASSWORD'),
  required('ADMIN_EMAIL', (e) => e.ADMIN_PASSWORD !== undefined, 'with GATEHOUSE_ADMIN_PASSWORD'),
  required('ADMIN_PASSWORD', (e) => e.ADMIN_EMAIL !== undefined, 'with GATEHOUSE_ADMIN_EMAIL'),
  required('REDIS_URL', (e) => e.REDIS_CLUSTER === true, 'with GATEHOUSE_REDIS_CLUSTER'),
  notPlaceholder('SECRET_KEY', isPlaceholderKey),
  notPlaceholder('SECRET_KEY_PREVIOUS', isPlaceholderKey),
  notPlaceholder('ADMIN_PASSWORD', isPlaceholderPassword),
  notPlaceholder('SMTP_PASSWORD', isPlaceholderPassword),
  notPlaceholder('DATABASE_URL', hasPlaceholderPassword),
  notPlaceholder('DATABASE_OWNER_URL', hasPlaceholderPassword),
  notPlaceholder('REDIS_URL', hasPlaceholderPassword),
  (e) =>
    production(e) && e.ENCRYPTION_KEYS?.some(isPlaceholderKeyPair)
      ? 'GATEHOUSE_ENCRYPTION_KEYS: holds a placeholder key; make one with `openssl rand -base64 32`'
      : undefined,
  (e) =>
    e.ENCRYPTION_KEYS && new Set(e.ENCRYPTION_KEYS.map((pair) => pair.split(':')[0])).size < e.ENCRYPTION_KEYS.length
      ? 'GATEHOUSE_ENCRYPTION_KEYS: two keys share a kid'
      : undefined,
  (e) =>
    e.ENCRYPTION_KEYS?.length === 0 ? 'GATEHOUSE_ENCRYPTION_KEYS: must hold at least one kid:base64 pair' : undefined,
  (e) =>
    /^http:/i.test(e.PUBLIC_URL ?? '') && !isLoopbackUrl(e.PUBLIC_URL ?? '')
      ? 'GATEHOUSE_PUBLIC_URL: must be https beyond loopback; browsers drop __Host- cookies on http'
      : undefined,
  (e) =>
    e.PUBLIC_URL && URL.canParse(e.PUBLIC_URL) && new URL(e.PUBLIC_URL).origin !== e.PUBLIC_URL.replace(/\/$/, '')
      ? 'GATEHOUSE_PUBLIC_URL: must be an origin such as https://id.example: lower case, no path, no default port'
      : undefined,
  (e) =>
    production(e) && e.SMTP_USE_TLS === false && e.SMTP_HOST && !isLoopbackHost(e.SMTP_HOST)
      ? 'GATEHOUSE_SMTP_USE_TLS: false sends passwords and mail in clear; allowed on loopback only'
      : undefined,
  (e) =>
    production(e) && /^http:/i.test(e.HIBP_URL ?? '') && !isLoopbackUrl(e.HIBP_URL ?? '')
      ? 'GATEHOUSE_HIBP_URL: must be https in production beyond loopback'
      : undefined,
  (e) =>
    e.SMTP_CA_FILE !== undefined && !isReadable(e.SMTP_CA_FILE)
      ? 'GATEHOUSE_SMTP_CA_FILE: names a file that cannot be read'
      : undefined,
  (e) =>
    production(e) && e.MANAGEMENT_PORT === e.PORT && e.PORT !== 0
      ? 'GATEHOUSE_MANAGEMENT_PORT: must differ from GATEHOUSE_PORT in production'
      : undefined,
  (e) =>
    production(e) && (e.ARGON2_MEMORY_KIB < 19_456 || e.ARGON2_TIME_COST < 2)
      ? 'GATEHOUSE_ARGON2_MEMORY_KIB: must be at least 19456 with GATEHOUSE_ARGON2_TIME_COST at least 2 in production'
      : undefined,
];

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
