import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { productionSettings } from '../testing/production-settings.js';
import { ConfigurationError } from './configuration-error.js';
import { loadConfig } from './load-config.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const embedded = (settings: Record<string, string> = {}): NodeJS.ProcessEnv => ({
  GATEHOUSE_DATA_DIR: folder,
  ...settings,
});

function faultsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.faults;
    throw error;
  }
  return [];
}

function fileWith(content: string): string {
  const file = join(folder, randomBytes(4).toString('hex'));
  writeFileSync(file, content);
  return file;
}

describe('an embedded start', () => {
  it('needs no settings', () => {
    const config = loadConfig(embedded());
    expect(config.runtime).toMatchObject({ production: false, embedded: true, drainMs: 0 });
    expect(config.http).toMatchObject({ host: '127.0.0.1', port: 3000, publicUrl: 'http://localhost:3000' });
    expect(config.http.managementPort).toBeUndefined();
    expect(config.mail).toMatchObject({ smtp: undefined, devInbox: true });
    expect(config.queue.redisUrl).toBeUndefined();
  });

  it('keeps its keys from one start to the next', () => {
    const first = loadConfig(embedded()).crypto;
    const second = loadConfig(embedded()).crypto;
    expect(second).toEqual(first);
    expect(first.encryptionKeys[0].key).toHaveLength(32);
  });

  it('prefers keys that are set', () => {
    const secret = randomBytes(32).toString('base64url');
    expect(loadConfig(embedded({ GATEHOUSE_SECRET_KEY: secret })).crypto.secretKey).toBe(secret);
  });

  it.each([
    ['beyond loopback', { GATEHOUSE_HOST: '0.0.0.0' }],
    ['on a name that only looks like loopback', { GATEHOUSE_HOST: '127.evil.example' }],
    ['with an SMTP server', { GATEHOUSE_SMTP_HOST: 'localhost', GATEHOUSE_SMTP_FROM: 'a@example.org' }],
  ])('has no dev inbox %s', (_, settings) => {
    expect(loadConfig(embedded(settings)).mail.devInbox).toBe(false);
  });

  it.each(['::1', '127.0.0.2', 'localhost'])('has a dev inbox on %s', (host) => {
    expect(loadConfig(embedded({ GATEHOUSE_HOST: host })).mail.devInbox).toBe(true);
  });
});

describe('a production start', () => {
  it('takes everything from the environment', () => {
    const config = loadConfig(productionSettings());
    expect(config.runtime).toMatchObject({ production: true, embedded: false, drainMs: 5000 });
    expect(config.http).toMatchObject({ host: '0.0.0.0', publicUrl: 'https://id.example.org', managementPort: 9090 });
    expect(config.mail).toMatchObject({ devInbox: false, smtp: { port: 587, useTls: true } });
  });

  it('holds new passwords against the public list of breached ones, unless it is told of another or of none', () => {
    const urlOf = (settings: Record<string, string>): string | undefined => loadConfig(settings).credentials.hibpUrl;
    const env = productionSettings();
    const { GATEHOUSE_HIBP_URL: _, ...unset } = { GATEHOUSE_HIBP_URL: '', ...env };
    expect(urlOf(unset)).toBe('https://api.pwnedpasswords.com/range');
    expect(urlOf({ ...env, GATEHOUSE_HIBP_URL: 'https://mirror.example.test/range/' })).toBe(
      'https://mirror.example.test/range',
    );
    expect(urlOf({ ...env, GATEHOUSE_HIBP_URL: 'off' })).toBeUndefined();
    expect(faultsOf({ ...env, GATEHOUSE_HIBP_URL: 'http://mirror.example.test/range' })).toEqual([
      'GATEHOUSE_HIBP_URL: must be https in production beyond loopback',
    ]);
  });

  it('lists all that is missing at once', () => {
    const faults = faultsOf({ GATEHOUSE_ENV: 'production' });
    const names = ['DATABASE_URL', 'SECRET_KEY', 'ENCRYPTION_KEYS', 'PUBLIC_URL', 'SMTP_HOST'];
    expect(faults.map((fault) => fault.split(':')[0])).toEqual(names.map((name) => `GATEHOUSE_${name}`));
  });

  it('is told of malformed, missing and unknown settings together, one line each, without their values', () => {
    const env = {
      ...productionSettings(),
      GATEHOUSE_PORT: 'eighty',
      GATEHOUSE_SMTP_PASSWORD: 'hunter2-hunter2',
      GATEHOUSE_SMPT_PORT: '25',
      GATEHOUSE_LOG_LEVEL: 'loud',
    };
    expect(faultsOf(env)).toEqual([
      'GATEHOUSE_SMPT_PORT: is not a setting of Gatehouse',
      'GATEHOUSE_PORT: must be a whole number',
      'GATEHOUSE_LOG_LEVEL: must be one of fatal, error, warn, info, debug, trace, silent',
      'GATEHOUSE_SMTP_USERNAME: is required with GATEHOUSE_SMTP_PASSWORD',
    ]);
    expect(() => loadConfig(env)).toThrow(/4 fault\(s\) in its settings(\n {2}- GATEHOUSE_[^\n]+){4}$/);
    expect(() => loadConfig(env)).not.toThrow(/hunter2|eighty|loud/);
  });

  it('is not told twice of one setting', () => {
    const { GATEHOUSE_SECRET_KEY: _, ...env } = productionSettings();
    expect(faultsOf({ ...env, GATEHOUSE_SECRET_KEY_FILE: '/nowhere/key', GATEHOUSE_PUBLIC_URL: 'http:/x y' })).toEqual([
      'GATEHOUSE_SECRET_KEY_FILE: cannot be read (ENOENT)',
      'GATEHOUSE_PUBLIC_URL: must be a http or https URL',
    ]);
  });

  it('ignores empty values, which compose files pass through', () => {
    expect(faultsOf({ ...productionSettings(), GATEHOUSE_REDIS_URL: '', GATEHOUSE_PORT: '' })).toEqual([]);
  });

  it('says where variables of a Kubernetes service came from', () => {
    expect(faultsOf(embedded({ GATEHOUSE_PORT_80_TCP: 'tcp://10.0.0.1:80' }))).toEqual([
      expect.stringContaining('enableServiceLinks: false'),
    ]);
  });

  it.each([
    ['SECRET_KEY', 'change-me-change-me-change-me-change-me'],
    ['SECRET_KEY', 'a'.repeat(40)],
    ['SECRET_KEY', 'this-is-my-very-long-secret-key-for-now'],
    ['SECRET_KEY_PREVIOUS', 'your-secret-key-your-secret-key-your-'],
    ['ENCRYPTION_KEYS', `k1:${Buffer.alloc(32).toString('base64')}`],
    ['ENCRYPTION_KEYS', `k1:${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`],
    ['DATABASE_URL', 'postgres://gatehouse:password@db/gatehouse'],
    ['DATABASE_OWNER_URL', 'postgres://gatehouse:postgres@db/gatehouse'],
    ['REDIS_URL', 'redis://:changeme@redis:6379'],
  ])('refuses a placeholder in %s (%s)', (name, value) => {
    expect(faultsOf({ ...productionSettings(), [`GATEHOUSE_${name}`]: value })).toEqual([
      expect.stringMatching(`^GATEHOUSE_${name}: holds a placeholder`),
    ]);
  });

  it('refuses a placeholder that came from a file', () => {
    const { GATEHOUSE_SECRET_KEY: _, ...env } = productionSettings();
    expect(faultsOf({ ...env, GATEHOUSE_SECRET_KEY_FILE: fileWith('x'.repeat(32)) })).toHaveLength(1);
  });

  it.each(['http://id.example.org', 'HTTP://id.example.org', 'http://127.evil.example', 'http://10.0.0.1'])(
    'refuses %s as its public URL',
    (url) => {
      expect(faultsOf({ ...productionSettings(), GATEHOUSE_PUBLIC_URL: url }).join()).toContain('must be https');
    },
  );

  it.each(['http://localhost:3000', 'http://127.0.0.1', 'http://[::1]:8080', 'https://id.example.org/'])(
    'accepts %s as its public URL',
    (url) => {
      const config = loadConfig({ ...productionSettings(), GATEHOUSE_PUBLIC_URL: url });
      expect(config.http.publicUrl).toBe(url.replace(/\/$/, ''));
    },
  );

  it.each([
    ['PUBLIC_URL', 'https://id.example.org/login', 'must be an origin'],
    ['PUBLIC_URL', 'https://user:pw@id.example.org', 'must be an origin'],
    ['PUBLIC_URL', 'id.example.org', 'must be a http or https URL'],
    ['MANAGEMENT_PORT', '3000', 'must differ'],
    ['SMTP_USE_TLS', 'false', 'loopback only'],
    ['SMTP_USE_TLS', 'yes', 'must be true or false'],
    ['SMTP_FROM', 'Gatehouse', 'must be an address'],
    ['SMTP_FROM', 'a@example.org\r\nBcc: b@example.org', 'must be an address'],
    ['SMTP_CA_FILE', '/nowhere/ca.pem', 'cannot be read'],
    ['SMTP_USERNAME', 'mailer', 'GATEHOUSE_SMTP_PASSWORD: is required'],
    ['ADMIN_EMAIL', 'admin@example.org', 'GATEHOUSE_ADMIN_PASSWORD: is required'],
    ['REDIS_CLUSTER', 'true', 'GATEHOUSE_REDIS_URL: is required'],
    ['ARGON2_MEMORY_KIB', '8192', 'at least 19456'],
    ['ARGON2_TIME_COST', '1', 'at least 2'],
    ['SECRET_KEY', 'short', 'at least 32 characters'],
    ['ENCRYPTION_KEYS', 'k1:abc', 'kid:base64'],
    ['ENCRYPTION_KEYS', ' , ', 'at least one'],
    ['PORT', '65536', 'at most 65535'],
    ['PORT', '3000.5', 'whole number'],
    ['PORT', '0x50', 'whole number'],
    ['ACCESS_TOKEN_EXPIRY', '301', 'at most 300'],
    ['CODE_EXPIRY', '601', 'at most 600'],
    ['TRUSTED_PROXIES', '10.0.0.0/8,10.0.0.0/33', 'CIDR'],
    ['TRUSTED_PROXIES', 'proxy.internal', 'CIDR'],
    ['CORS_ORIGINS', 'https://app.example.org/', 'must list origins'],
    ['CORS_ORIGINS', '*', 'must list origins'],
    ['LIMITS', 'login.address=5/0', 'name=count/seconds'],
    ['HOST', 'http://0.0.0.0', 'must be an address'],
  ])('refuses %s=%s', (name, value, message) => {
    const faults = faultsOf({ ...productionSettings(), [`GATEHOUSE_${name}`]: value });
    expect(faults).toEqual([expect.stringContaining(message)]);
  });

  it('refuses two encryption keys of one kid', () => {
    const pair = (): string => `k1:${randomBytes(32).toString('base64')}`;
    const faults = faultsOf({ ...productionSettings(), GATEHOUSE_ENCRYPTION_KEYS: `${pair()},${pair()}` });
    expect(faults).toEqual(['GATEHOUSE_ENCRYPTION_KEYS: two keys share a kid']);
  });

  it('reads lists', () => {
    const key = randomBytes(32);
    const config = loadConfig({
      ...productionSettings(),
      GATEHOUSE_ENCRYPTION_KEYS: `new:${key.toString('base64')}, old:${randomBytes(32).toString('base64')}`,
      GATEHOUSE_TRUSTED_PROXIES: '10.0.0.0/8, ::1,2001:db8::/32',
      GATEHOUSE_CORS_ORIGINS: 'https://app.example.org,http://localhost:5173',
      GATEHOUSE_LIMITS: 'login.address=20/60',
    });
    expect(config.crypto.encryptionKeys[0]).toEqual({ kid: 'new', key });
    expect(config.crypto.encryptionKeys).toHaveLength(2);
    expect(config.http.trustedProxies).toEqual(['10.0.0.0/8', '::1', '2001:db8::/32']);
    expect(config.http.corsOrigins).toHaveLength(2);
    expect(config.limits.overrides.get('login.address')).toEqual({ count: 20, seconds: 60 });
  });
});

describe('a setting by file', () => {
  it('is the content of the file without its last line break', () => {
    const secret = randomBytes(32).toString('base64url');
    const config = loadConfig(embedded({ GATEHOUSE_SECRET_KEY_FILE: fileWith(`${secret}\n`) }));
    expect(config.crypto.secretKey).toBe(secret);
  });

  it('keeps spaces and inner characters as they are', () => {
    const settings = {
      ...productionSettings(),
      GATEHOUSE_SMTP_USERNAME: 'mailer',
      GATEHOUSE_SMTP_PASSWORD_FILE: fileWith(' p:a@s/s w#o=rd $1 \r\n'),
    };
    expect(loadConfig(settings).mail.smtp?.password).toBe(' p:a@s/s w#o=rd $1 ');
  });

  it('exists for every setting, numbers too', () => {
    expect(loadConfig(embedded({ GATEHOUSE_PORT_FILE: fileWith('8080\n') })).http.port).toBe(8080);
  });

  it.each([
    ['is missing', () => '/nowhere/secret', 'cannot be read (ENOENT)'],
    ['is a folder', () => folder, 'cannot be read (EISDIR)'],
    ['is empty', () => fileWith('\n'), 'names an empty file'],
  ])('is a fault when the file %s', (_, file, message) => {
    expect(faultsOf(embedded({ GATEHOUSE_SECRET_KEY_FILE: file() }))).toEqual([
      `GATEHOUSE_SECRET_KEY_FILE: ${message}`,
    ]);
  });

  it('is a fault beside the value itself', () => {
    const both = { GATEHOUSE_SECRET_KEY: 'x', GATEHOUSE_SECRET_KEY_FILE: fileWith('y') };
    expect(faultsOf(embedded(both))).toContain('GATEHOUSE_SECRET_KEY_FILE: set together with GATEHOUSE_SECRET_KEY');
  });
});
