import { Injectable } from '@nestjs/common';
import type { ClientInfo } from '@app/audit';
import type { Tx } from '@app/database';
import { SessionsRepository } from '@app/sessions';
import { OneTimeTokens } from '@app/tokens';
import { type AccessValidFrom, type SecondFactor, type UserId, UsersRepository } from '@app/users';
import { ChallengesRepository } from './challenges.repository.js';
import { SecondFactors } from './second-factors.js';
import { SecurityNotices } from './security-notices.js';

const kinds: readonly SecondFactor[] = ['totp', 'passkey', 'backup_code'];

/** Takes all second factors off an account, and everything that was begun with them. */
@Injectable()
export class FactorRemoval {
  constructor(
    private readonly users: UsersRepository,
    private readonly factors: SecondFactors,
    private readonly sessions: SessionsRepository,
    private readonly challenges: ChallengesRepository,
    private readonly tokens: OneTimeTokens,
    private readonly notices: SecurityNotices,
  ) {}

  /**
   * Ends every session, removes them, voids what is half done, tells the owner; all in this transaction.
   * @param proved what the right to do so was proved under
   * @returns what proofs of the account are worth something under from now on
   * @throws AppError unauthenticated `sessions.access_ended` where that right is worth nothing any more
   */
  async removeAll(tx: Tx, userId: UserId, proved: AccessValidFrom, client: ClientInfo): Promise<AccessValidFrom> {
    // The account's row before all else: whoever adds or uses up a factor, or signs in, meanwhile waits.
    const { accessValidFrom } = await this.sessions.endAll(tx, userId, 'factors_reset', { proved });
    for (const kind of kinds) await this.users.removeSecondFactor(tx, userId, kind);
    await this.factors.removeAll(tx, userId);
    await this.challenges.endAll(tx, userId);
    await this.tokens.revoke(tx, { userId, emailKey: null }, 'password_change_required');
    await this.notices.tell(tx, userId, 'factors_reset', client);
    return accessValidFrom;
  }
}
