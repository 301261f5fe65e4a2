import { Injectable } from '@nestjs/common';
import { isRandomToken, sha256 } from '@app/crypto';
import { Authenticator, type Principal } from '@app/http';
import { AccessTokens } from '@app/tokens';
import { recovery } from './session.js';
import { SessionTouches } from './session-touches.js';
import { type CheckedSession, SessionsRepository } from './sessions.repository.js';

/** Answers who is asking, from a Bearer token or a session cookie: one statement either way. */
@Injectable()
export class SessionAuthenticator implements Authenticator {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly accessTokens: AccessTokens,
    private readonly touches: SessionTouches,
  ) {}

  async authenticate(credentials: { bearer?: string; cookie?: string }): Promise<Principal | null> {
    const session =
      credentials.bearer !== undefined
        ? await this.byAccessToken(credentials.bearer)
        : await this.byCookie(credentials.cookie);
    if (!session) return null;
    if (session.dueForTouch) this.touches.add(session.id);
    return {
      userId: session.userId,
      sessionId: session.id,
      carrier: credentials.bearer !== undefined ? 'bearer' : 'cookie',
      roles: [...session.roles],
      amr: [...session.amr],
      acr: session.acr,
      authTime: session.authTime,
      recovery: session.acr === recovery,
    };
  }

  private async byAccessToken(token: string): Promise<CheckedSession | undefined> {
    const claims = this.accessTokens.verify(token);
    if (!claims) return undefined;
    const session = await this.sessions.checkById(claims.sid);
    return session && claims.exp > session.now ? session : undefined;
  }

  private async byCookie(cookie: string | undefined): Promise<CheckedSession | undefined> {
    return cookie !== undefined && isRandomToken(cookie) ? this.sessions.checkByCookie(sha256(cookie)) : undefined;
  }
}
