/*
 * The configuration, one abstract class per concern: each class is the type of its object and the token it is
 * injected by. All values are final; nothing reads process.env after loadConfig().
 */

export abstract class RuntimeConfig {
  abstract readonly production: boolean;
  /** The database is the embedded one: a development or single-machine start. */
  abstract readonly embedded: boolean;
  abstract readonly productName: string;
  abstract readonly logLevel: string;
  /** Ms that readiness says 503 before connections are refused. */
  abstract readonly drainMs: number;
  /** Ms after which a shutdown that hangs ends the process. */
  abstract readonly shutdownTimeoutMs: number;
  abstract readonly sweepIntervalMs: number;
}

export abstract class HttpConfig {
  abstract readonly host: string;
  abstract readonly port: number;
  /** Without a trailing slash; the issuer, the base of mail links and the cookie origin. */
  abstract readonly publicUrl: string;
  /** Metrics and documentation listen here; undefined: on the main port. */
  abstract readonly managementPort: number | undefined;
  abstract readonly corsOrigins: readonly string[];
  abstract readonly trustedProxies: readonly string[];
}

export abstract class DatabaseConfig {
  /** undefined: the embedded PostgreSQL in dataDir. */
  abstract readonly url: string | undefined;
  /** The role that owns the schema and runs migrations. */
  abstract readonly ownerUrl: string | undefined;
  abstract readonly poolSize: number;
  abstract readonly dataDir: string;
}

export abstract class QueueConfig {
  /** undefined: the queue lives in PostgreSQL. */
  abstract readonly redisUrl: string | undefined;
  /** redisUrl names one node of a Redis Cluster; the others are asked for. */
  abstract readonly redisCluster: boolean;
  abstract readonly outboxPollMs: number;
  /** Ms after which a row handed to the queue and not closed is handed over again. */
  abstract readonly redeliverMs: number;
}

export interface EncryptionKey {
  readonly kid: string;
  readonly key: Buffer;
}

export abstract class CryptoConfig {
  abstract readonly secretKey: string;
  abstract readonly secretKeyPrevious: string | undefined;
  /** The first seals; all open. Never empty. */
  abstract readonly encryptionKeys: readonly [EncryptionKey, ...EncryptionKey[]];
  abstract readonly argon2: { readonly memoryKib: number; readonly timeCost: number };
  /** Hashes that run at once; undefined: as many as there are cores, kept below the thread pool's size. */
  abstract readonly hashThreads: number | undefined;
  /** Hashes that may wait; one more is refused. */
  abstract readonly hashQueueLimit: number;
}

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** Port 465: implicit TLS. Others: STARTTLS required. False: plain text. */
  readonly useTls: boolean;
  readonly caFile: string | undefined;
}

export abstract class MailConfig {
  /** undefined: mails are captured in the dev inbox. */
  abstract readonly smtp: SmtpServer | undefined;
  abstract readonly from: string;
  abstract readonly maxAttempts: number;
  abstract readonly retryBaseMs: number;
  /** Ms for which one worker owns the sending of a mail. */
  abstract readonly leaseMs: number;
  abstract readonly concurrency: number;
  /** /dev/mail exists. */
  abstract readonly devInbox: boolean;
}

/** All durations in seconds. */
export abstract class SessionConfig {
  abstract readonly accessTokenExpiry: number;
  abstract readonly expiry: number;
  abstract readonly idleExpiry: number;
  abstract readonly refreshGrace: number;
  /** How long a sign-in counts as fresh. */
  abstract readonly stepUpMaxAge: number;
  /** From an administrator's request to reset lost factors until it takes effect. */
  abstract readonly factorResetDelay: number;
  abstract readonly signingKeyRotationDays: number;
}

/** All durations in seconds. */
export abstract class OauthConfig {
  /** Of authorization codes. */
  abstract readonly codeExpiry: number;
  /** Of opaque access tokens. */
  abstract readonly tokenExpiry: number;
  /** A refresh token ends when it was not used for so long, and so long after the first of its family. */
  abstract readonly refreshTokenIdleExpiry: number;
  abstract readonly refreshTokenExpiry: number;
  /** Whoever holds an initial access token may register a client. */
  abstract readonly dynamicRegistration: boolean;
  /** A client may be known by the address of a document that describes it. */
  abstract readonly clientIdMetadataDocuments: boolean;
}

export abstract class PasskeyConfig {
  /** Origins besides PUBLIC_URL's whose pages may use the same passkeys. */
  abstract readonly origins: readonly string[];
}

export interface LimitOverride {
  readonly count: number;
  readonly seconds: number;
}

export abstract class LimitsConfig {
  /** Limit name → what the operator set instead of its default. */
  abstract readonly overrides: ReadonlyMap<string, LimitOverride>;
  /** Sign-ins that may fail in a row before the next has to wait. */
  abstract readonly freeFailures: number;
}

export abstract class CredentialsConfig {
  /** Where new passwords are held against known breaches: what stands before `/{prefix}`; undefined: nowhere. */
  abstract readonly hibpUrl: string | undefined;
}

/** How addresses and names are reached that users and clients gave. */
export abstract class OutboundConfig {
  /** Addresses and CIDR ranges that may be fetched from although they are of special use. */
  abstract readonly fetchAllow: readonly string[];
  /** Name servers to ask in place of the system's; empty: the system's. */
  abstract readonly dnsServers: readonly string[];
}

export abstract class AdminConfig {
  abstract readonly email: string | undefined;
  abstract readonly password: string | undefined;
}

export interface Config {
  readonly runtime: RuntimeConfig;
  readonly http: HttpConfig;
  readonly database: DatabaseConfig;
  readonly queue: QueueConfig;
  readonly crypto: CryptoConfig;
  readonly mail: MailConfig;
  readonly sessions: SessionConfig;
  readonly oauth: OauthConfig;
  readonly passkeys: PasskeyConfig;
  readonly limits: LimitsConfig;
  readonly credentials: CredentialsConfig;
  readonly outbound: OutboundConfig;
  readonly admin: AdminConfig;
}
