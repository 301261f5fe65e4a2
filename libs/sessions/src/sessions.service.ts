import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AuditEvent, ClientInfo } from '@app/audit';
import { SessionConfig } from '@app/config';
import { randomToken, sha256 } from '@app/crypto';
import type { Sql } from '@app/database';
import { Mail } from '@app/email';
import { newRefreshToken } from './refresh-token.js';
import { type AuthenticationEvent, recovery, type SessionCarrier, type TokenPair, userAgentLimit } from './session.js';
import { SessionTokens } from './session-tokens.js';
import {
  type NewSession,
  type OpenedSession,
  SessionsRepository,
  type SigningInDevice,
} from './sessions.repository.js';

/** A session just opened, with the secret that carries it: shown once. */
export interface SignedIn {
  readonly id: string;
  readonly authTime: Date;
  readonly expiresAt: Date;
  readonly carried:
    { readonly by: 'cookie'; readonly cookie: string } | { readonly by: 'tokens'; readonly tokens: TokenPair };
  /** By which the device is known from now on; undefined where it was known, or is not to be. */
  readonly device: string | undefined;
}

/** What is told of the sign-in; the session's id is added. */
export type SignInRecord = Pick<AuditEvent, 'type' | 'data'>;

/** Opens sessions. Every sign-in of every kind ends here. */
@Injectable()
export class Sessions {
  constructor(
    private readonly repository: SessionsRepository,
    private readonly tokens: SessionTokens,
    private readonly mail: Mail,
    private readonly config: SessionConfig,
  ) {}

  /**
   * Opens and records it in one statement, so that on a pool as well as in a transaction both are there or none.
   * @throws AppError unauthenticated `sessions.access_ended` where the account is not active, or what it was opened by
   *   was proved before its sessions were ended
   */
  async open(
    sql: Sql,
    event: AuthenticationEvent,
    carrier: SessionCarrier,
    record: SignInRecord,
    client: ClientInfo,
  ): Promise<SignedIn> {
    const sessionId = randomUUID();
    const { userId } = event;
    const audited = { ...record, userId, actorId: userId, sessionId, client };
    return carrier === 'cookie'
      ? this.openCookie(sql, sessionId, event, audited)
      : this.openTokens(sql, sessionId, event, audited);
  }

  private async openCookie(sql: Sql, id: string, event: AuthenticationEvent, record: AuditEvent): Promise<SignedIn> {
    const cookie = randomToken();
    const secret = secretOfDevice(event);
    const row = {
      ...this.rowOf(id, event, record.client, secret),
      carrier: 'cookie',
      cookieHash: sha256(cookie),
      refresh: null,
    } as const;
    const { authTime, expiresAt, deviceAdded } = await this.repository.open(sql, row, record);
    return { id, authTime, expiresAt, carried: { by: 'cookie', cookie }, device: deviceAdded ? secret : undefined };
  }

  private async openTokens(sql: Sql, id: string, event: AuthenticationEvent, record: AuditEvent): Promise<SignedIn> {
    const refresh = newRefreshToken();
    const secret = secretOfDevice(event);
    const row = {
      ...this.rowOf(id, event, record.client, secret),
      carrier: 'tokens',
      cookieHash: null,
      refresh,
    } as const;
    const opened = await this.repository.open(sql, row, record);
    const { authTime, expiresAt, deviceAdded } = opened;
    const tokens = this.pair(id, event, opened, refresh.value);
    return { id, authTime, expiresAt, carried: { by: 'tokens', tokens }, device: deviceAdded ? secret : undefined };
  }

  private rowOf(
    id: string,
    event: AuthenticationEvent,
    client: ClientInfo,
    deviceSecret: string | undefined,
  ): Omit<NewSession, 'carrier' | 'cookieHash' | 'refresh'> {
    return {
      id,
      ...event,
      address: client.address,
      userAgent: client.userAgent?.slice(0, userAgentLimit) ?? null,
      idleExpiry: this.config.idleExpiry,
      expiry: Math.min(this.config.expiry, event.expiresIn ?? this.config.expiry),
      device: this.device(client, deviceSecret),
    };
  }

  /** Whether it is new, the statement finds out; all that it would need is made beforehand. */
  private device({ devices = [] }: ClientInfo, secret: string | undefined): SigningInDevice {
    const notMe = randomToken();
    return {
      hashes: devices,
      newHash: secret === undefined ? null : sha256(secret),
      news: { ...this.mail.prepare(notMe), tokenHash: sha256(notMe) },
    };
  }

  private pair(sessionId: string, event: AuthenticationEvent, opened: OpenedSession, refreshToken: string): TokenPair {
    const { authTime, roles, now } = opened;
    return this.tokens.pair(
      { sessionId, userId: event.userId, amr: event.amr, acr: event.acr, authTime, roles, now },
      refreshToken,
    );
  }
}

/** Who only repairs their factors has proved too little to be known by their device. */
const secretOfDevice = ({ acr }: AuthenticationEvent): string | undefined =>
  acr === recovery ? undefined : randomToken();
