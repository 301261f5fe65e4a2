import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Envelopes } from '@app/crypto';
import type { Tx } from '@app/database';
import { insertIntoOutbox } from '@app/outbox';
import { assertMailAddress } from './mail-address.js';
import { mailTopic, secretContext } from './mail-names.js';

export type MailValue =
  string | number | boolean | null | readonly MailValue[] | { readonly [name: string]: MailValue };

/** Facts for the composer; stored as they are, so nothing secret. */
export type MailData = Readonly<Record<string, MailValue>>;

export interface MailOrder {
  /** Which composer writes it. */
  readonly kind: string;
  readonly recipient: string;
  /** The id of what it is about. */
  readonly reference?: string | null | undefined;
  /** The token of its link, stored sealed and wiped when the mail's fate is final. */
  readonly secret?: string | undefined;
  readonly data?: MailData | undefined;
}

/** The mail and the outbox row that has it sent, or neither. */
const enqueue = {
  name: 'email.enqueue',
  text: `
    WITH mail AS (
      INSERT INTO mails (id, kind, recipient, reference, sealed_secret, data)
      VALUES ($1, $2, $3, $4, $5, $6)
      RETURNING id
    )
    ${insertIntoOutbox(mailTopic, 'mail.id::text', 'mail')}`,
};

/** A mail that another statement writes, where it finds that there is one to write. */
export interface PreparedMail {
  readonly id: string;
  readonly sealedSecret: Buffer;
}

/**
 * Two CTEs, `mail` and `outbox`, that ask for a mail within a statement that makes the change.
 * @param id what `prepare` gave, as `$1`; @param sealedSecret likewise
 * @param source a CTE of that statement, with `recipient`, `reference` and `data`: a mail for each of its rows, so one
 */
export const enqueueWithin = (kind: string, id: string, sealedSecret: string, source: string): string => `
  mail AS (
    INSERT INTO mails (id, kind, recipient, reference, sealed_secret, data)
    SELECT ${id}::uuid, '${kind}', recipient, reference, ${sealedSecret}::bytea, data FROM ${source} RETURNING id
  ), outbox AS (${insertIntoOutbox(mailTopic, 'mail.id::text', 'mail')})`;

/** Asks for mails. Everything else about them happens in the worker. */
@Injectable()
export class Mail {
  constructor(private readonly envelopes: Envelopes) {}

  /**
   * Has a mail written and sent once the transaction has committed: one statement, the same for every kind and
   * recipient. Returns the mail's id.
   * @throws AppError invalid `email.recipient_malformed`.
   */
  async enqueue(tx: Tx, order: MailOrder): Promise<string> {
    assertMailAddress(order.recipient);
    const id = randomUUID();
    const sealed = order.secret === undefined ? null : this.seal(order.secret, id);
    const data = JSON.stringify(order.data ?? {});
    await tx.run(enqueue, [id, order.kind, order.recipient, order.reference ?? null, sealed, data]);
    return id;
  }

  /** For `enqueueWithin`. */
  prepare(secret: string): PreparedMail {
    const id = randomUUID();
    return { id, sealedSecret: this.seal(secret, id) };
  }

  private seal(secret: string, id: string): Buffer {
    return this.envelopes.seal(Buffer.from(secret), secretContext(id));
  }
}
