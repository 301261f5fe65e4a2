import { Injectable } from '@nestjs/common';
import { Audit, type ClientInfo } from '@app/audit';
import { SessionConfig } from '@app/config';
import { Transactions } from '@app/database';
import { Mail } from '@app/email';
import { Limits } from '@app/limits';
import { UsersRepository } from '@app/users';
import { RefreshFamiliesRepository, type RefusedRefreshToken } from './refresh-families.repository.js';
import {
  newRefreshToken,
  openSuccessor,
  parseRefreshToken,
  type RefreshTokenValue,
  sealSuccessor,
} from './refresh-token.js';
import type { TokenPair } from './session.js';
import { SessionTokens } from './session-tokens.js';
import { refreshTokenInvalid, refreshTokenReused } from './sessions.errors.js';
import { SessionsRepository } from './sessions.repository.js';

/**
 * Rotates refresh tokens (OAuth 2.1 section 4.3.1). A client that lost a race or an answer gets the same successor
 * within the grace; any other second use of a token ends the session and tells its owner.
 */
@Injectable()
export class RefreshSession {
  constructor(
    private readonly families: RefreshFamiliesRepository,
    private readonly sessions: SessionsRepository,
    private readonly users: UsersRepository,
    private readonly tokens: SessionTokens,
    private readonly transactions: Transactions,
    private readonly audit: Audit,
    private readonly mail: Mail,
    private readonly limits: Limits,
    private readonly config: SessionConfig,
  ) {}

  /**
   * @throws AppError unauthenticated `sessions.refresh_token_invalid` or `sessions.refresh_token_reused`; throttled
   *   `limits.throttled` where the tokens of a family that is over come too often
   */
  async refresh(refreshToken: string, client: ClientInfo): Promise<TokenPair> {
    const presented = parseRefreshToken(refreshToken);
    if (!presented) throw refreshTokenInvalid();
    const successor = newRefreshToken(presented.familyId);
    const rotated = await this.families.rotate({
      hash: presented.hash,
      familyId: presented.familyId,
      childHash: successor.hash,
      sealedSuccessor: sealSuccessor(presented, successor),
      idleExpiry: this.config.idleExpiry,
      address: client.address,
      userAgent: client.userAgent,
    });
    if (rotated) return this.tokens.pair(rotated, successor.value);
    return this.answerRefused(presented, client);
  }

  private async answerRefused(presented: RefreshTokenValue, client: ClientInfo): Promise<TokenPair> {
    const refused = await this.families.readRefused(presented.hash, this.config.refreshGrace);
    if (!refused) throw refreshTokenInvalid();
    if (!refused.consumed || !refused.live) {
      await this.limits.take([{ rule: 'refresh.family', key: presented.familyId }]);
      throw refreshTokenInvalid();
    }
    if (!refused.graced || refused.sealedSuccessor === null) {
      await this.endForReuse(refused, client);
      throw refreshTokenReused();
    }
    if (refused.address !== client.address || refused.userAgent !== client.userAgent) {
      await this.recordForeignReplay(refused, client);
    }
    return this.tokens.pair(refused, openSuccessor(presented, refused.sealedSuccessor));
  }

  private async endForReuse(refused: RefusedRefreshToken, client: ClientInfo): Promise<void> {
    const { familyId, sessionId, userId } = refused;
    await this.transactions.run(async (tx) => {
      if (!(await this.families.revoke(tx, familyId, 'reused'))) return;
      await this.sessions.end(tx, sessionId, null, 'refresh_token_reused');
      await this.audit.record(tx, {
        type: 'sessions.refresh_token_reused',
        userId,
        sessionId,
        client,
        data: { familyId },
      });
      const user = await this.users.find(userId, tx);
      if (user?.email) {
        await this.mail.enqueue(tx, {
          kind: 'security_alert',
          recipient: user.email,
          reference: userId,
          data: { what: 'refresh_token_reuse', address: client.address, userAgent: client.userAgent },
        });
      }
    });
  }

  private async recordForeignReplay(refused: RefusedRefreshToken, client: ClientInfo): Promise<void> {
    await this.audit.recordAttempt({
      type: 'sessions.refresh_token_replayed_elsewhere',
      userId: refused.userId,
      sessionId: refused.sessionId,
      client,
      data: { familyId: refused.familyId },
    });
  }
}
