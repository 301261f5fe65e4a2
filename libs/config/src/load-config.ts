import { resolve } from 'node:path';
import type { Config, EncryptionKey, LimitOverride, SmtpServer } from './concerns.js';
import { ConfigurationError } from './configuration-error.js';
import { embeddedSecrets } from './embedded-secrets.js';
import type { Environment } from './environment.js';
import { isLoopbackHost } from './addresses.js';
import { environmentRules } from './environment-rules.js';
import { readEnvironment } from './read-environment.js';

/**
 * The configuration of this process, from GATEHOUSE_ variables.
 *
 * With no DATABASE_URL it is an embedded one: keys that are not set are made and kept in DATA_DIR.
 * @throws ConfigurationError listing every fault at once.
 */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  const { environment: e, faults } = readEnvironment(env);
  for (const rule of environmentRules) {
    const fault = rule(e);
    if (fault !== undefined && !faults.some((known) => settingOf(known) === settingOf(fault))) faults.push(fault);
  }
  if (faults.length > 0) throw new ConfigurationError(faults);
  const embedded = e.DATABASE_URL === undefined;
  const dataDir = resolve(e.DATA_DIR);
  const production = e.ENV === 'production';
  const publicUrl = (e.PUBLIC_URL ?? `http://localhost:${e.PORT}`).replace(/\/$/, '');
  const host = e.HOST ?? (embedded ? '127.0.0.1' : '0.0.0.0');
  const smtp = smtpServer(e);
  return {
    runtime: {
      production,
      embedded,
      productName: e.PRODUCT_NAME,
      logLevel: e.DEBUG ? 'debug' : e.LOG_LEVEL,
      drainMs: e.DRAIN_MS ?? (production ? 5000 : 0),
      shutdownTimeoutMs: e.SHUTDOWN_TIMEOUT_MS,
      sweepIntervalMs: e.SWEEP_INTERVAL_MS,
    },
    http: {
      host,
      port: e.PORT,
      publicUrl,
      managementPort: production ? e.MANAGEMENT_PORT : undefined,
      corsOrigins: e.CORS_ORIGINS,
      trustedProxies: e.TRUSTED_PROXIES,
    },
    database: { url: e.DATABASE_URL, ownerUrl: e.DATABASE_OWNER_URL, poolSize: e.DATABASE_POOL_SIZE, dataDir },
    queue: {
      redisUrl: e.REDIS_URL,
      redisCluster: e.REDIS_CLUSTER,
      outboxPollMs: e.OUTBOX_POLL_MS,
      redeliverMs: e.OUTBOX_REDELIVER_MS,
    },
    crypto: cryptoConfig(e, dataDir),
    mail: {
      smtp,
      from: e.SMTP_FROM ?? `${e.PRODUCT_NAME} <no-reply@localhost>`,
      maxAttempts: e.MAIL_MAX_ATTEMPTS,
      retryBaseMs: e.MAIL_RETRY_BASE_MS,
      leaseMs: e.MAIL_LEASE_MS,
      concurrency: e.MAIL_CONCURRENCY,
      devInbox: embedded && !production && smtp === undefined && isLoopbackHost(host),
    },
    sessions: {
      accessTokenExpiry: e.ACCESS_TOKEN_EXPIRY,
      expiry: e.SESSION_EXPIRY,
      idleExpiry: e.SESSION_IDLE_EXPIRY,
      refreshGrace: e.REFRESH_GRACE,
      stepUpMaxAge: e.STEP_UP_MAX_AGE,
      factorResetDelay: e.FACTOR_RESET_DELAY,
      signingKeyRotationDays: e.SIGNING_KEY_ROTATION_DAYS,
    },
    oauth: {
      codeExpiry: e.CODE_EXPIRY,
      tokenExpiry: e.TOKEN_EXPIRY,
      refreshTokenIdleExpiry: e.REFRESH_TOKEN_IDLE_EXPIRY,
      refreshTokenExpiry: e.REFRESH_TOKEN_EXPIRY,
      dynamicRegistration: e.DYNAMIC_REGISTRATION,
      clientIdMetadataDocuments: e.CLIENT_ID_METADATA_DOCUMENTS,
    },
    passkeys: { origins: e.PASSKEY_ORIGINS },
    limits: { overrides: new Map(e.LIMITS.map(limitOverride)), freeFailures: e.SIGN_IN_FREE_FAILURES },
    credentials: { hibpUrl: hibpUrl(e) },
    outbound: { fetchAllow: e.FETCH_ALLOW, dnsServers: e.DNS_SERVERS },
    admin: { email: e.ADMIN_EMAIL, password: e.ADMIN_PASSWORD },
  };
}

/** The variable a fault is about, without `_FILE`. */
const settingOf = (fault: string): string | undefined => fault.split(':')[0]?.replace(/_FILE$/, '');

function smtpServer(e: Environment): SmtpServer | undefined {
  if (e.SMTP_HOST === undefined) return undefined;
  return {
    host: e.SMTP_HOST,
    port: e.SMTP_PORT,
    username: e.SMTP_USERNAME,
    password: e.SMTP_PASSWORD,
    useTls: e.SMTP_USE_TLS,
    caFile: e.SMTP_CA_FILE,
  };
}

function hibpUrl(e: Environment): string | undefined {
  if (e.HIBP_URL === 'off') return undefined;
  const url = e.HIBP_URL ?? (e.ENV === 'production' ? 'https://api.pwnedpasswords.com/range' : undefined);
  return url?.replace(/\/+$/, '');
}

function cryptoConfig(e: Environment, dataDir: string): Config['crypto'] {
  const made = e.SECRET_KEY && e.ENCRYPTION_KEYS ? undefined : embeddedSecrets(dataDir);
  const [current, ...others] = (e.ENCRYPTION_KEYS ?? made?.encryptionKeys ?? []).map(encryptionKey);
  const secretKey = e.SECRET_KEY ?? made?.secretKey;
  if (!current || !secretKey) throw new ConfigurationError(['GATEHOUSE_ENCRYPTION_KEYS: holds no key']);
  return {
    secretKey,
    secretKeyPrevious: e.SECRET_KEY_PREVIOUS,
    encryptionKeys: [current, ...others],
    argon2: { memoryKib: e.ARGON2_MEMORY_KIB, timeCost: e.ARGON2_TIME_COST },
    hashThreads: e.HASH_THREADS,
    hashQueueLimit: e.HASH_QUEUE_LIMIT,
  };
}

function encryptionKey(pair: string): EncryptionKey {
  const colon = pair.indexOf(':');
  return { kid: pair.slice(0, colon), key: Buffer.from(pair.slice(colon + 1), 'base64') };
}

function limitOverride(entry: string): [string, LimitOverride] {
  const [name = '', rate = ''] = entry.split('=');
  const [count, seconds] = rate.split('/').map(Number);
  return [name, { count: count ?? 0, seconds: seconds ?? 0 }];
}
