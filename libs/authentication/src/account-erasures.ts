import { Injectable } from '@nestjs/common';
import type { Tx } from '@app/database';
import type { UserId } from '@app/users';

/** Removes what a lib keeps of an account, in the transaction that deletes the account. */
export type AccountErasure = (tx: Tx, userId: UserId) => Promise<void>;

/** What upper libs keep of an account. Each registers itself. */
@Injectable()
export class AccountErasures {
  private readonly registered: AccountErasure[] = [];

  register(erasure: AccountErasure): void {
    this.registered.push(erasure);
  }

  async run(tx: Tx, userId: UserId): Promise<void> {
    for (const erase of this.registered) await erase(tx, userId);
  }
}
