import { Injectable } from '@nestjs/common';
import { Audit, type ClientInfo } from '@app/audit';
import { Transactions, type Tx } from '@app/database';
import type { UserId } from '@app/users';
import { parseRefreshToken } from './refresh-token.js';
import type { SessionEndReason } from './session.js';
import { SessionSuccessions } from './session-successions.js';
import { sessionNotFound } from './sessions.errors.js';
import { SessionsRepository } from './sessions.repository.js';

/** Ends sessions: one's own, others of one's own, or as an administrator anybody's. */
@Injectable()
export class EndSession {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly successions: SessionSuccessions,
    private readonly transactions: Transactions,
    private readonly audit: Audit,
  ) {}

  async signOut(sessionId: string, userId: UserId, client: ClientInfo): Promise<void> {
    await this.transactions.run((tx) => this.end(tx, sessionId, userId, 'signed_out', userId, client));
  }

  /**
   * Ends the session that a browser had when somebody signed in there anew. What hangs on it goes on in the new one,
   * where that is the same person's.
   */
  async replace(sessionId: string, userId: UserId, successorId: string, client: ClientInfo): Promise<void> {
    await this.transactions.run(async (tx) => {
      // The account's row first of all, and before either session's.
      const samePerson = await this.sessions.holdIfOpen(tx, successorId, userId);
      if (!(await this.end(tx, sessionId, userId, 'replaced', userId, client))) return;
      if (samePerson) await this.successions.run(tx, sessionId, successorId);
    });
  }

  /**
   * Ends the session that a step-up took the place of; what hangs on it goes on in the new one.
   * @returns false where it had ended
   */
  async stepUp(tx: Tx, sessionId: string, userId: UserId, successorId: string): Promise<boolean> {
    if ((await this.sessions.end(tx, sessionId, userId, 'stepped_up')) === undefined) return false;
    await this.successions.run(tx, sessionId, successorId);
    return true;
  }

  /** Signs out the session of a refresh token. An unknown one has no effect and no error (RFC 7009 section 2.2). */
  async signOutByRefreshToken(refreshToken: string, client: ClientInfo): Promise<void> {
    const presented = parseRefreshToken(refreshToken);
    const session = presented && (await this.sessions.findByRefreshToken(presented.hash));
    if (session) await this.signOut(session.id, session.userId, client);
  }

  /** @throws AppError not_found `sessions.not_found` where it is not an active session of this user. */
  async endOne(
    sessionId: string,
    userId: UserId,
    by: { actorId: UserId; admin: boolean },
    client: ClientInfo,
  ): Promise<void> {
    const reason = by.admin ? 'ended_by_admin' : 'ended_by_user';
    const ended = await this.transactions.run((tx) => this.end(tx, sessionId, userId, reason, by.actorId, client));
    if (!ended) throw sessionNotFound();
  }

  /** Ends all sessions of a user but `except`. @returns how many. */
  async endAll(
    userId: UserId,
    by: { actorId: UserId; admin: boolean },
    client: ClientInfo,
    except: string | null = null,
  ): Promise<number> {
    return this.transactions.run(async (tx) => {
      const reason = by.admin ? 'ended_by_admin' : 'ended_by_user';
      const { ids } = await this.sessions.endAll(tx, userId, reason, { except });
      await this.audit.record(tx, {
        type: 'sessions.all_ended',
        userId,
        actorId: by.actorId,
        client,
        data: { count: ids.length, kept: except },
      });
      return ids.length;
    });
  }

  private async end(
    tx: Tx,
    sessionId: string,
    userId: UserId,
    reason: SessionEndReason,
    actorId: UserId,
    client: ClientInfo,
  ): Promise<boolean> {
    if ((await this.sessions.end(tx, sessionId, userId, reason)) === undefined) return false;
    await this.audit.record(tx, { type: 'sessions.ended', userId, actorId, sessionId, client, data: { reason } });
    return true;
  }
}
