import { Injectable } from '@nestjs/common';
import type { Tx } from '@app/database';
import type { MailData } from '../mail.js';
import type { Letter } from './letter.js';

/** A mail as its composer sees it. */
export interface MailToCompose {
  readonly id: string;
  readonly kind: string;
  readonly recipient: string;
  readonly reference: string | null;
  readonly secret: string | null;
  readonly data: MailData;
  /** The database's time of the first attempt: from here link lifetimes count. */
  readonly firstAttemptAt: Date;
}

export interface MailComposer {
  /**
   * What mails of this kind are about, where they differ: each topic is capped by itself, so that many of one cannot
   * keep a single one of another from its reader.
   */
  topic?(data: MailData): string;
  /**
   * Writes the letter, or says (null) that this mail is not to be sent. Called once in a mail's life, at the first
   * attempt; what it changes (activating a token) is committed with the letter.
   */
  compose(tx: Tx, mail: MailToCompose): Promise<Letter | null>;
}

/** Where features register what they write, each kind once. */
@Injectable()
export class MailComposers {
  private readonly registered = new Map<string, MailComposer>();

  register(kind: string, composer: MailComposer): void {
    if (this.registered.has(kind)) throw new Error(`mail kind ${kind} has two composers`);
    this.registered.set(kind, composer);
  }

  /** @throws where a newer release enqueued a kind that this one does not know. */
  of(kind: string): MailComposer {
    const composer = this.registered.get(kind);
    if (!composer) throw new Error(`no composer for mails of kind ${kind}`);
    return composer;
  }
}
