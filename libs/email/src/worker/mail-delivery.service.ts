import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { MailConfig } from '@app/config';
import { Transactions } from '@app/database';
import { AppError } from '@app/errors';
import { Outbox } from '@app/outbox';
import { MailComposition, Suppressed } from './mail-composition.js';
import { MailFates } from './mail-fates.js';
import type { SealedLetter } from './letter.js';
import { MailTransport } from './mail-transport.js';
import { type ClaimedMail, LeaseLost, type MailOutcome, MailRepository } from './mail.repository.js';
import { UnusableLetter } from './mime.js';
import { retryDelay } from './retry-policy.js';

const recordAgainMs = 500;

interface Attempt {
  readonly messageId: string | null;
  readonly outcome: MailOutcome;
}

/**
 * One attempt to deliver a mail: claim it, write it if it is the first one, send it outside any transaction, record
 * the result. Whatever dies in between, the mail is sent again as the same bytes once the lease has ended.
 */
@Injectable()
export class MailDeliveryService {
  private readonly logger = new Logger('MailDelivery');

  constructor(
    private readonly mails: MailRepository,
    private readonly composition: MailComposition,
    private readonly transport: MailTransport,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    private readonly fates: MailFates,
    private readonly config: MailConfig,
  ) {}

  /** @throws AppError unavailable `database.unavailable`: nothing is decided, the outbox row comes back. */
  async deliver(mailId: string, outboxId: string): Promise<void> {
    const leaseEnds = Date.now() + this.config.leaseMs;
    const mail = await this.mails.claim(mailId, this.config.leaseMs);
    if (!mail) {
      await this.leave(mailId, outboxId);
      return;
    }
    try {
      const attempt = await this.attempt(mail);
      await this.record(mail, outboxId, attempt, leaseEnds);
    } catch (error) {
      if (!(error instanceof LeaseLost)) throw error;
      this.logger.warn(`${mail.id}: another worker has taken it over`);
    }
  }

  /** Finished: there is nothing left to do. Another worker's: it closes the row, or the row comes back. */
  private async leave(mailId: string, outboxId: string): Promise<void> {
    if ((await this.mails.statusOf(mailId)) === 'queued') return;
    await this.transactions.run((tx) => this.outbox.close(tx, outboxId));
  }

  private async attempt(mail: ClaimedMail): Promise<Attempt> {
    const letter = await this.write(mail);
    if (!('mime' in letter)) return { messageId: mail.messageId, outcome: letter };
    const outcome = await this.transport.send(letter);
    return { messageId: letter.messageId, outcome: this.orGiveUp(mail, outcome) };
  }

  /** The letter, or why there is none. */
  private async write(mail: ClaimedMail): Promise<SealedLetter | MailOutcome> {
    try {
      const letter = await this.composition.letterOf(mail);
      if (!(letter instanceof Suppressed)) return letter;
      return { fate: 'suppressed', smtpCode: null, reason: letter.reason };
    } catch (error) {
      if (error instanceof LeaseLost || isUnavailable(error)) throw error;
      if (error instanceof UnusableLetter) return { fate: 'failed', smtpCode: null, reason: error.message };
      // A fault of ours: its words could hold anything, so they stay out of the ledger.
      this.logger.error(`${mail.id} (${mail.kind}) was not composed: ${String(error)}`, (error as Error).stack);
      return this.orGiveUp(mail, { fate: 'deferred', smtpCode: null, reason: 'not composed' });
    }
  }

  private orGiveUp(mail: ClaimedMail, outcome: MailOutcome): MailOutcome {
    if (outcome.fate !== 'deferred' || mail.attempts < this.config.maxAttempts) return outcome;
    return { ...outcome, fate: 'failed', reason: `gave up: ${outcome.reason}` };
  }

  /** Tried for as long as the lease lasts: a result that is not recorded means sending once more. */
  private async record(mail: ClaimedMail, outboxId: string, attempt: Attempt, leaseEnds: number): Promise<void> {
    for (;;) {
      try {
        await this.recordOnce(mail, outboxId, attempt);
        this.fates.count(mail.kind, attempt.outcome.fate);
        return;
      } catch (error) {
        if (!isUnavailable(error) || Date.now() + recordAgainMs > leaseEnds) throw error;
        await wait(recordAgainMs);
      }
    }
  }

  private async recordOnce(mail: ClaimedMail, outboxId: string, { messageId, outcome }: Attempt): Promise<void> {
    const { fate, reason } = outcome;
    await this.transactions.run(async (tx) => {
      await this.mails.record(tx, mail, messageId, outcome);
      if (fate === 'deferred') {
        const ours = await this.mails.release(tx, mail, reason);
        if (ours) await this.outbox.defer(tx, outboxId, retryDelay(mail.attempts, this.config.retryBaseMs));
      } else {
        const ended = await this.mails.finish(tx, mail, fate, fate === 'sent' ? null : reason);
        if (ended || fate === 'sent') await this.outbox.close(tx, outboxId);
      }
    });
  }
}

const isUnavailable = (error: unknown): boolean => error instanceof AppError && error.kind === 'unavailable';
