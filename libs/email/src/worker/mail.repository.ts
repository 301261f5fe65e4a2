import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@app/database';
import type { MailData } from '../mail.js';
import type { MailFate } from '../persistence/mail-delivery.entity.js';
import type { MailStatus } from '../persistence/mail.entity.js';

/** A mail that this worker owns until its lease ends. */
export interface ClaimedMail {
  readonly id: string;
  readonly kind: string;
  readonly recipient: string;
  readonly reference: string | null;
  readonly sealedSecret: Buffer | null;
  readonly sealedLetter: Buffer | null;
  readonly data: MailData;
  readonly messageId: string | null;
  readonly firstAttemptAt: Date;
  /** Which attempt this is. One whose result was never recorded (its worker died) is not counted. */
  readonly attempts: number;
  /** Tells this claim from any other; PostgreSQL's own text, since a Date has no microseconds. */
  readonly lease: string;
}

/** What became of an attempt. */
export interface MailOutcome {
  readonly fate: MailFate;
  readonly smtpCode: number | null;
  readonly reason: string | null;
}

/** Another worker owns the mail by now. */
export class LeaseLost extends Error {}

/** One worker at a time: the one whose UPDATE finds no lease, or an expired one. */
const claim = {
  name: 'email.claim',
  text: `
    UPDATE mails SET
      attempts = attempts + CASE WHEN leased_until IS NULL THEN 1 ELSE 0 END,
      first_attempt_at = coalesce(first_attempt_at, app_now()),
      leased_until = app_now() + $2 * interval '1 millisecond'
    WHERE id = $1 AND status = 'queued' AND (leased_until IS NULL OR leased_until <= app_now())
    RETURNING id, kind, recipient, reference, sealed_secret AS "sealedSecret", sealed_letter AS "sealedLetter", data,
      message_id AS "messageId", first_attempt_at AS "firstAttemptAt", attempts, leased_until::text AS lease`,
};

const statusOf = { name: 'email.status', text: 'SELECT status FROM mails WHERE id = $1' };

const keepLetter = {
  name: 'email.keep_letter',
  text: `
    UPDATE mails SET sealed_letter = $3, message_id = $4
    WHERE id = $1 AND status = 'queued' AND leased_until = $2::timestamptz RETURNING id`,
};

/** A mail that was sent is sent, whoever owns it by now; any other result counts from its owner only. */
const finish = {
  name: 'email.finish',
  text: `
    UPDATE mails SET status = $3, last_error = $4, finished_at = app_now(), leased_until = NULL,
      sealed_secret = NULL, sealed_letter = NULL
    WHERE id = $1 AND status = 'queued' AND ($3 = 'sent' OR leased_until = $2::timestamptz) RETURNING id`,
};

const release = {
  name: 'email.release',
  text: `
    UPDATE mails SET last_error = $3, leased_until = NULL
    WHERE id = $1 AND status = 'queued' AND leased_until = $2::timestamptz RETURNING id`,
};

const record = {
  name: 'email.record_delivery',
  text: `
    INSERT INTO mail_deliveries (mail_id, attempt, kind, message_id, fate, smtp_code, reason)
    VALUES ($1, $2, $3, $4, $5, $6, $7)`,
};

/** Mails in their life from the first attempt to their fate. */
@Injectable()
export class MailRepository {
  constructor(private readonly database: Database) {}

  /** Takes a mail for `leaseMs`; undefined: it is finished, or another worker has it. */
  async claim(id: string, leaseMs: number): Promise<ClaimedMail | undefined> {
    const [mail] = await this.database.run<ClaimedMail>(claim, [id, leaseMs]);
    return mail;
  }

  /** undefined: there is no such mail (any more). */
  async statusOf(id: string): Promise<MailStatus | undefined> {
    const [row] = await this.database.run<{ status: MailStatus }>(statusOf, [id]);
    return row?.status;
  }

  /** @throws LeaseLost */
  async keepLetter(tx: Tx, mail: ClaimedMail, sealed: Buffer, messageId: string): Promise<void> {
    const rows = await tx.run(keepLetter, [mail.id, mail.lease, sealed, messageId]);
    if (rows.length === 0) throw new LeaseLost();
  }

  /** Ends the mail's life and wipes what it said. False: it had ended already, or is another worker's. */
  async finish(
    tx: Tx,
    mail: ClaimedMail,
    status: Exclude<MailStatus, 'queued'>,
    reason: string | null,
  ): Promise<boolean> {
    return (await tx.run(finish, [mail.id, mail.lease, status, reason])).length > 0;
  }

  /** Gives the mail back for a later attempt. False: it is not ours any more. */
  async release(tx: Tx, mail: ClaimedMail, reason: string | null): Promise<boolean> {
    return (await tx.run(release, [mail.id, mail.lease, reason])).length > 0;
  }

  async record(tx: Tx, mail: ClaimedMail, messageId: string | null, outcome: MailOutcome): Promise<void> {
    const { id, attempts, kind } = mail;
    await tx.run(record, [id, attempts, kind, messageId, outcome.fate, outcome.smtpCode, outcome.reason]);
  }
}
