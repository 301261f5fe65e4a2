import { Injectable } from '@nestjs/common';
import type { Tx } from '@app/database';

const insert = {
  name: 'outbox.add',
  text: 'INSERT INTO outbox (id, topic, reference) VALUES (gen_random_uuid(), $1, $2)',
};

const remove = { name: 'outbox.close', text: 'DELETE FROM outbox WHERE id = $1 RETURNING id' };

const postpone = {
  name: 'outbox.defer',
  text: `UPDATE outbox SET next_at = app_now() + $2 * interval '1 millisecond' WHERE id = $1`,
};

export interface OutboxEntry {
  /** Which handler does the work. */
  readonly topic: string;
  /** The id of what the work is about; never a secret, because it travels through the queue. */
  readonly reference: string;
}

/**
 * Work that happens after a commit and is never lost: a row written with the change, open until its handler
 * closes it. Handing rows to the queue is the worker's (OutboxRelay).
 */
@Injectable()
export class Outbox {
  /** Writes a row; its handler runs soon after the transaction has committed, at least once. */
  async add(tx: Tx, entry: OutboxEntry): Promise<void> {
    await tx.run(insert, [entry.topic, entry.reference]);
  }

  /**
   * The handler's last word: the work is done, or never will be.
   * @returns false where it was closed before: of two handlers at once one may do what happens once
   */
  async close(tx: Tx, id: string): Promise<boolean> {
    return (await tx.run(remove, [id])).length > 0;
  }

  /** Has the handler called again after `delayMs`. */
  async defer(tx: Tx, id: string, delayMs: number): Promise<void> {
    await tx.run(postpone, [id, Math.round(delayMs)]);
  }
}

/**
 * The INSERT of `Outbox.add` for a statement that writes the work's subject too (one round trip instead of two):
 * `reference` is an SQL expression over `source`, a CTE of that statement.
 */
export function insertIntoOutbox(topic: string, reference: string, source: string): string {
  return `INSERT INTO outbox (id, topic, reference) SELECT gen_random_uuid(), '${topic}', ${reference} FROM ${source}`;
}
