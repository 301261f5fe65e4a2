import { Injectable } from '@nestjs/common';
import type { ClientInfo } from '@app/audit';
import type { Tx } from '@app/database';
import { EndSession, SessionsRepository } from '@app/sessions';
import type { UserId } from '@app/users';
import type { SecurityAlertCause } from './mails/security-alert.js';
import { type NoticeDetails, SecurityNotices } from './security-notices.js';

/** Who changes their factors, from which session, and whether that one alone goes on (ASVS 7.4.3). */
export interface FactorChange {
  readonly userId: UserId;
  readonly sessionId: string;
  readonly endOtherSessions: boolean;
}

/** What follows every change that people make to their own second factors. */
@Injectable()
export class FactorChanges {
  constructor(
    private readonly notices: SecurityNotices,
    private readonly sessions: SessionsRepository,
    private readonly endSession: EndSession,
  ) {}

  /**
   * Tells the owner, and ends their other sessions where they wished so; in the transaction of the change.
   * @throws AppError unauthenticated `sessions.access_ended` where the session that asked has ended meanwhile: else a
   *   stolen one could leave a factor behind while its owner secures the account
   */
  async follow(
    tx: Tx,
    { userId, sessionId, endOtherSessions }: FactorChange,
    what: SecurityAlertCause,
    client: ClientInfo,
    data: NoticeDetails['data'] = {},
  ): Promise<void> {
    await this.sessions.hold(tx, sessionId, userId);
    await this.notices.tell(tx, userId, what, client, { sessionId, data });
    // Joins the transaction.
    if (endOtherSessions) await this.endSession.endAll(userId, { actorId: userId, admin: false }, client, sessionId);
  }
}
