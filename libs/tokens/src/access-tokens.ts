import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { HttpConfig, SessionConfig } from '@app/config';
import { SigningKeys } from './signing-keys.js';
import { VerifiedTokens } from './verified-tokens.js';

/** What a first-party access token says (RFC 9068 section 2.2). Times in seconds since the epoch. */
export interface AccessTokenClaims {
  readonly sub: string;
  /** The session; /v1 asks the database about it on every request. */
  readonly sid: string;
  readonly auth_time: number;
  readonly acr: string;
  readonly amr: readonly string[];
  readonly roles: readonly string[];
}

export interface VerifiedAccessToken extends AccessTokenClaims {
  readonly exp: number;
}

export const firstPartyClientId = 'gatehouse';

/** Characters; ours have some six hundred. */
const longest = 8192;

/** JWT access tokens for this server's own API (RFC 9068), ES256. */
@Injectable()
export class AccessTokens {
  private readonly verified = new VerifiedTokens<VerifiedAccessToken>();

  constructor(
    private readonly jwt: JwtService,
    private readonly keys: SigningKeys,
    private readonly http: HttpConfig,
    private readonly sessions: SessionConfig,
  ) {}

  /** Seconds that a token lives. */
  get expiresIn(): number {
    return this.sessions.accessTokenExpiry;
  }

  /** @param now the database's time, in seconds since the epoch. */
  issue(claims: AccessTokenClaims, now: number): string {
    const { kid, privateKey } = this.keys.current();
    const payload = {
      ...claims,
      iss: this.http.publicUrl,
      aud: this.audience,
      client_id: firstPartyClientId,
      iat: now,
      exp: now + this.expiresIn,
      jti: randomUUID(),
    };
    const header = { alg: 'ES256', typ: 'at+jwt', kid } as const;
    return this.jwt.sign(payload, { privateKey, algorithm: 'ES256', header });
  }

  /**
   * Checks signature, algorithm, type, issuer and audience (RFC 9068 section 4); undefined where one is wrong.
   * Whether `exp` has passed is for the database's clock to say, with the session.
   */
  verify(token: string): VerifiedAccessToken | undefined {
    if (token.length > longest) return undefined;
    return this.verified.find(token, (kid) => this.keys.find(kid)) ?? this.verifyUnseen(token);
  }

  private verifyUnseen(token: string): VerifiedAccessToken | undefined {
    const header = decodeHeader(token);
    if (!header || header.typ?.toLowerCase() !== 'at+jwt' || header.alg !== 'ES256' || !header.kid) return undefined;
    const key = this.keys.find(header.kid);
    if (!key) return undefined;
    try {
      const claims = this.jwt.verify<VerifiedAccessToken>(token, {
        // jsonwebtoken takes a KeyObject; only the wrapper's type is narrower. Text would be parsed at every call.
        publicKey: key as unknown as string,
        algorithms: ['ES256'],
        issuer: this.http.publicUrl,
        audience: this.audience,
        ignoreExpiration: true,
      });
      this.verified.add(token, header.kid, key, claims);
      return claims;
    } catch {
      return undefined;
    }
  }

  private get audience(): string {
    return `${this.http.publicUrl}/v1`;
  }
}

function decodeHeader(token: string): { typ?: string; alg?: string; kid?: string } | undefined {
  const dot = token.indexOf('.');
  if (dot < 1) return undefined;
  try {
    const header: unknown = JSON.parse(Buffer.from(token.slice(0, dot), 'base64url').toString());
    return typeof header === 'object' && header !== null ? header : undefined;
  } catch {
    return undefined;
  }
}
