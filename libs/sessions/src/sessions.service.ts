import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AuditEvent, ClientInfo } from '@app/audit';
import { SessionConfig } from '@app/config';
import { randomToken, sha256 } from '@app/crypto';
import type { Sql } from '@app/database';
import { newRefreshToken } from './refresh-token.js';
import type { AuthenticationEvent, SessionCarrier, TokenPair } from './session.js';
import { SessionTokens } from './session-tokens.js';
import { type NewSession, type OpenedSession, SessionsRepository } from './sessions.repository.js';

/** A session just opened, with the secret that carries it: shown once. */
export interface SignedIn {
  readonly id: string;
  readonly authTime: Date;
  readonly expiresAt: Date;
  readonly carried:
    { readonly by: 'cookie'; readonly cookie: string } | { readonly by: 'tokens'; readonly tokens: TokenPair };
}

/** What is told of the sign-in; the session's id is added. */
export type SignInRecord = Pick<AuditEvent, 'type' | 'data'>;

const userAgentLimit = 400;

/** Opens sessions. Every sign-in of every kind ends here. */
@Injectable()
export class Sessions {
  constructor(
    private readonly repository: SessionsRepository,
    private readonly tokens: SessionTokens,
    private readonly config: SessionConfig,
  ) {}

  /** Opens and records it in one statement, so that on a pool as well as in a transaction both are there or none. */
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
    const row = {
      ...this.rowOf(id, event, record.client),
      carrier: 'cookie',
      cookieHash: sha256(cookie),
      refresh: null,
    } as const;
    const { authTime, expiresAt } = await this.repository.open(sql, row, record);
    return { id, authTime, expiresAt, carried: { by: 'cookie', cookie } };
  }

  private async openTokens(sql: Sql, id: string, event: AuthenticationEvent, record: AuditEvent): Promise<SignedIn> {
    const refresh = newRefreshToken();
    const row = { ...this.rowOf(id, event, record.client), carrier: 'tokens', cookieHash: null, refresh } as const;
    const opened = await this.repository.open(sql, row, record);
    const { authTime, expiresAt } = opened;
    return { id, authTime, expiresAt, carried: { by: 'tokens', tokens: this.pair(id, event, opened, refresh.value) } };
  }

  private rowOf(
    id: string,
    event: AuthenticationEvent,
    client: ClientInfo,
  ): Omit<NewSession, 'carrier' | 'cookieHash' | 'refresh'> {
    return {
      id,
      ...event,
      address: client.address,
      userAgent: client.userAgent?.slice(0, userAgentLimit) ?? null,
      idleExpiry: this.config.idleExpiry,
      expiry: Math.min(this.config.expiry, event.expiresIn ?? this.config.expiry),
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
