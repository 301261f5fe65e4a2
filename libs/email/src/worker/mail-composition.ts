import { Injectable } from '@nestjs/common';
import { HttpConfig, MailConfig } from '@app/config';
import { Envelopes } from '@app/crypto';
import { Transactions, type Tx } from '@app/database';
import { Limits } from '@app/limits';
import { letterContext, secretContext } from '../mail-names.js';
import type { SealedLetter } from './letter.js';
import { MailComposers } from './mail-composers.js';
import { type ClaimedMail, MailRepository } from './mail.repository.js';
import { writeMime } from './mime.js';

/** Why a mail was not sent on purpose, as the ledger says it. */
export class Suppressed {
  constructor(readonly reason: 'recipient_cap' | 'not_wanted') {}
}

/** Writes a mail once, and opens what was written at every later attempt. */
@Injectable()
export class MailComposition {
  private readonly host: string;

  constructor(
    private readonly transactions: Transactions,
    private readonly mails: MailRepository,
    private readonly composers: MailComposers,
    private readonly limits: Limits,
    private readonly envelopes: Envelopes,
    private readonly config: MailConfig,
    http: HttpConfig,
  ) {
    this.host = new URL(http.publicUrl).hostname;
  }

  /** @throws LeaseLost when another worker has taken the mail over; what the composer throws. */
  async letterOf(mail: ClaimedMail): Promise<SealedLetter | Suppressed> {
    if (mail.sealedLetter) {
      const opened = this.envelopes.open(mail.sealedLetter, letterContext(mail.id));
      return JSON.parse(opened.toString()) as SealedLetter;
    }
    return this.transactions.run((tx) => this.compose(tx, mail));
  }

  private async compose(tx: Tx, mail: ClaimedMail): Promise<SealedLetter | Suppressed> {
    if (await this.isCapped(tx, mail)) return new Suppressed('recipient_cap');
    const secret = mail.sealedSecret && this.envelopes.open(mail.sealedSecret, secretContext(mail.id)).toString();
    const { id, kind, recipient, reference, data, firstAttemptAt } = mail;
    const letter = await this.composers
      .of(kind)
      .compose(tx, { id, kind, recipient, reference, data, firstAttemptAt, secret });
    if (letter === null) return new Suppressed('not_wanted');
    const { from } = this.config;
    const written = await writeMime(letter, { id, from, recipient, host: this.host, date: firstAttemptAt });
    const sealed = this.envelopes.seal(Buffer.from(JSON.stringify(written)), letterContext(id));
    await this.mails.keepLetter(tx, mail, sealed, written.messageId);
    return written;
  }

  /** Against using us to flood somebody's inbox; silent, because an answer would tell whose address is known. */
  private async isCapped(tx: Tx, { kind, recipient, data }: ClaimedMail): Promise<boolean> {
    const topic = this.composers.of(kind).topic?.(data);
    const about = topic === undefined ? kind : `${kind} ${topic}`;
    const key = `${about}\n${recipient.normalize('NFKC').toLowerCase()}`;
    return (await this.limits.count([{ rule: 'mail.recipient', key }], tx)).exceeded;
  }
}
