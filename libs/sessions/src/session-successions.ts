import { Injectable } from '@nestjs/common';
import type { Tx } from '@app/database';

/** Lets what hangs on a session go on in the one that took its place, in the transaction that ended it. */
export type SessionSuccession = (tx: Tx, endedId: string, successorId: string) => Promise<void>;

/** What upper libs hang on sessions. Each registers itself. */
@Injectable()
export class SessionSuccessions {
  private readonly registered: SessionSuccession[] = [];

  register(succession: SessionSuccession): void {
    this.registered.push(succession);
  }

  async run(tx: Tx, endedId: string, successorId: string): Promise<void> {
    for (const goOn of this.registered) await goOn(tx, endedId, successorId);
  }
}
