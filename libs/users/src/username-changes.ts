import { Injectable } from '@nestjs/common';
import type { ClientInfo } from '@app/audit';
import type { Tx } from '@app/database';
import type { UserId } from './user-id.js';

/** Told of it in the transaction that changes the name. */
export type UsernameNotice = (tx: Tx, userId: UserId, client: ClientInfo) => Promise<void>;

/** Where libs that can write mails ask to be told that a user name changed: people sign in by it (ASVS 6.3.7). */
@Injectable()
export class UsernameChanges {
  private readonly notices: UsernameNotice[] = [];

  register(notice: UsernameNotice): void {
    this.notices.push(notice);
  }

  async tell(tx: Tx, userId: UserId, client: ClientInfo): Promise<void> {
    for (const notice of this.notices) await notice(tx, userId, client);
  }
}
