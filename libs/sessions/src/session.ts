import type { AccessValidFrom, UserId } from '@app/users';

/** How a session travels: in a cookie of a browser, or as access and refresh tokens of a client. */
export type SessionCarrier = 'cookie' | 'tokens';

export type SessionEndReason =
  | 'signed_out'
  | 'expired'
  | 'ended_by_user'
  | 'ended_by_admin'
  | 'refresh_token_reused'
  | 'password_changed'
  | 'password_reset'
  | 'user_disabled'
  | 'user_deleted'
  | 'stepped_up'
  | 'replaced'
  | 'factors_reset'
  | 'disowned';

/** Under which the outbox hands over the ids of sessions whose end somebody waits for. */
export const sessionEndTopic = 'session_end';

/** What a request may know of the session it belongs to. */
export interface ActiveSession {
  readonly id: string;
  readonly userId: UserId;
  readonly carrier: SessionCarrier;
  readonly roles: readonly string[];
  readonly amr: readonly string[];
  readonly acr: string;
  readonly authTime: Date;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
}

/** How a person proved who they are. */
export interface AuthenticationEvent {
  readonly userId: UserId;
  /** The account's when the proof began. */
  readonly accessValidFrom: AccessValidFrom;
  /** RFC 8176 values. */
  readonly amr: readonly string[];
  readonly acr: string;
  /** Seconds that the session lives at most, where that is shorter than usual. */
  readonly expiresIn?: number | undefined;
}

/** One factor was used. */
export const singleFactor = 'urn:gatehouse:acr:1fa';

/** Two factors were used, or one that holds two: a passkey with user verification. */
export const multiFactor = 'urn:gatehouse:acr:2fa';

/** Weaker than any sign-in: good for nothing but new factors in the place of lost ones. */
export const recovery = 'urn:gatehouse:acr:recovery';

/** What a sign-in or a refresh hands to a client that carries tokens. */
export interface TokenPair {
  readonly accessToken: string;
  readonly tokenType: 'Bearer';
  /** Seconds. */
  readonly expiresIn: number;
  readonly refreshToken: string;
}

/** Characters of it that are kept. */
export const userAgentLimit = 400;
