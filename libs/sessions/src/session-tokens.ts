import { Injectable } from '@nestjs/common';
import { AccessTokens } from '@app/tokens';
import { formatUserId } from '@app/users';
import type { RefreshedSession } from './refresh-families.repository.js';
import type { TokenPair } from './session.js';

/** Makes the tokens of a session. */
@Injectable()
export class SessionTokens {
  constructor(private readonly accessTokens: AccessTokens) {}

  pair(session: RefreshedSession, refreshToken: string): TokenPair {
    const accessToken = this.accessTokens.issue(
      {
        sub: formatUserId(session.userId),
        sid: session.sessionId,
        auth_time: Math.floor(session.authTime.getTime() / 1000),
        acr: session.acr,
        amr: session.amr,
        roles: session.roles,
      },
      session.now,
    );
    return { accessToken, tokenType: 'Bearer', expiresIn: this.accessTokens.expiresIn, refreshToken };
  }
}
