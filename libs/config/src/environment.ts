import { isAddressRange, isNameServer } from './addresses.js';
import { Flag, Integer, Line, List, OneOf, Origins, Text, Url } from './setting.js';

const day = 86_400;

/**
 * Every setting, by its name without the GATEHOUSE_ prefix. Values are the defaults; `.env.example` documents
 * each one, and a test compares the two.
 */
export class Environment {
  @OneOf('development', 'production') ENV: 'development' | 'production' = 'development';
  @Integer(0, 65_535) PORT = 3000;
  @Text(/^[^\s/]+$/, 'must be an address or a host name') HOST?: string;
  @Url('http', 'https') PUBLIC_URL?: string;
  @Integer(0, 65_535) MANAGEMENT_PORT = 9090;
  @Text() DATA_DIR = '.data';
  @Line() PRODUCT_NAME = 'Gatehouse';

  @Url('postgres', 'postgresql') DATABASE_URL?: string;
  @Url('postgres', 'postgresql') DATABASE_OWNER_URL?: string;
  @Integer(2, 200) DATABASE_POOL_SIZE = 10;
  @Url('redis', 'rediss') REDIS_URL?: string;
  @Flag() REDIS_CLUSTER = false;

  @Text(/^.{32,}$/s, 'must be at least 32 characters') SECRET_KEY?: string;
  @Text(/^.{32,}$/s, 'must be at least 32 characters') SECRET_KEY_PREVIOUS?: string;
  @List(/^[A-Za-z0-9_-]{1,32}:[A-Za-z0-9+/]{43}=$/, 'must list kid:base64 pairs of 32-byte keys')
  ENCRYPTION_KEYS?: string[];

  @Text(/^[^\s@<>]+@[^\s@<>]+$/, 'must be an e-mail address') ADMIN_EMAIL?: string;
  @Text() ADMIN_PASSWORD?: string;

  @Text(/^[^\s/]+$/, 'must be an address or a host name') SMTP_HOST?: string;
  @Integer(1, 65_535) SMTP_PORT = 587;
  @Line() SMTP_USERNAME?: string;
  @Line() SMTP_PASSWORD?: string;
  @Text(/^(?!.*\p{Cc})(.*<[^\s@<>]+@[^\s@<>]+>|[^\s@<>]+@[^\s@<>]+)$/su, 'must be an address, or Name <address>')
  SMTP_FROM?: string;
  @Flag() SMTP_USE_TLS = true;
  @Text() SMTP_CA_FILE?: string;

  @Integer(1, 20) MAIL_MAX_ATTEMPTS = 8;
  @Integer(10, 3_600_000) MAIL_RETRY_BASE_MS = 30_000;
  @Integer(1000, 600_000) MAIL_LEASE_MS = 60_000;
  @Integer(1, 64) MAIL_CONCURRENCY = 4;
  @Integer(50, 60_000) OUTBOX_POLL_MS = 2_000;
  @Integer(100, 600_000) OUTBOX_REDELIVER_MS = 90_000;
  @Integer(100, day * 1000) SWEEP_INTERVAL_MS = 300_000;

  @Integer(60, 300) ACCESS_TOKEN_EXPIRY = 300;
  @Integer(60, 365 * day) SESSION_EXPIRY = 30 * day;
  @Integer(60, 365 * day) SESSION_IDLE_EXPIRY = 14 * day;
  @Integer(0, 60) REFRESH_GRACE = 10;
  @Integer(60, day) STEP_UP_MAX_AGE = 600;
  @Integer(3600, 7 * day) FACTOR_RESET_DELAY = day;
  @Integer(1, 365) SIGNING_KEY_ROTATION_DAYS = 90;

  @Integer(10, 600) CODE_EXPIRY = 60;
  @Integer(300, day) TOKEN_EXPIRY = 3600;
  @Integer(3600, 365 * day) REFRESH_TOKEN_IDLE_EXPIRY = 30 * day;
  @Integer(3600, 365 * day) REFRESH_TOKEN_EXPIRY = 365 * day;
  @Flag() DYNAMIC_REGISTRATION = false;
  @Flag() CLIENT_ID_METADATA_DOCUMENTS = false;

  @Text(/^(off|https?:\/\/[^\s?#]+)$/, 'must be an http or https URL, or off') HIBP_URL?: string;

  @List(isAddressRange, 'must list addresses or CIDR ranges') FETCH_ALLOW: string[] = [];
  @List(isNameServer, 'must list addresses of name servers, as 192.0.2.53 or 192.0.2.53:5353') DNS_SERVERS: string[] =
    [];

  @Integer(8, 4_194_304) ARGON2_MEMORY_KIB = 19_456;
  @Integer(1, 100) ARGON2_TIME_COST = 2;
  @Integer(1, 128) HASH_THREADS?: number;
  @Integer(0, 10_000) HASH_QUEUE_LIMIT = 64;

  @Origins() CORS_ORIGINS: string[] = [];
  @Origins() PASSKEY_ORIGINS: string[] = [];
  @List(isAddressRange, 'must list addresses or CIDR ranges') TRUSTED_PROXIES: string[] = [];
  @Integer(1, 1_000_000) SIGN_IN_FREE_FAILURES = 3;
  @List(/^[a-z][a-z0-9_.-]*=\d{1,9}\/[1-9]\d{0,8}$/, 'must list name=count/seconds') LIMITS: string[] = [];

  @OneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent') LOG_LEVEL = 'info';
  @Flag() DEBUG = false;
  @Integer(0, 60_000) DRAIN_MS?: number;
  @Integer(1000, 300_000) SHUTDOWN_TIMEOUT_MS = 20_000;
}
