import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { HttpConfig } from '@app/config';
import { type SigningAlgorithm, SigningKeys } from '@app/tokens';
import { formatUserId, type UserId } from '@app/users';

/** Seconds; at most two minutes are recommended. */
const lifetime = 120;

/** Whom a logout token is for, and about. */
export interface Logout {
  readonly clientId: string;
  readonly userId: UserId;
  /** That of the client's ID tokens; undefined: all sessions that the client has of the account. */
  readonly sid: string | undefined;
  /** As the client's ID tokens are signed. */
  readonly algorithm: SigningAlgorithm;
  /** The database's time, in seconds since the epoch. */
  readonly now: number;
}

/** Logout tokens (OpenID Connect Back-Channel Logout 1.0, section 2.4). */
@Injectable()
export class LogoutTokens {
  constructor(
    private readonly jwt: JwtService,
    private readonly keys: SigningKeys,
    private readonly http: HttpConfig,
  ) {}

  /** @throws AppError unavailable `tokens.no_signing_key` */
  issue({ clientId, userId, sid, algorithm, now }: Logout): string {
    const { kid, privateKey } = this.keys.current(algorithm);
    const payload = {
      iss: this.http.publicUrl,
      sub: formatUserId(userId),
      aud: clientId,
      iat: now,
      exp: now + lifetime,
      jti: randomUUID(),
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      ...(sid === undefined ? {} : { sid }),
    };
    return this.jwt.sign(payload, { privateKey, algorithm, header: { alg: algorithm, typ: 'logout+jwt', kid } });
  }
}
