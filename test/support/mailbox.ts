import type { Email } from 'postal-mime';
import { readMessage, SmtpCatcher, until } from './smtp.js';

/** Mails by what they are for, as people tell them apart: by their subject. */
const subjects = {
  verification: /^Confirm your e-mail address/,
  accountExists: /^You already have/,
  passwordReset: /^Reset your/,
  passwordChanged: /password was changed$/,
  emailChange: /^Confirm your new e-mail address/,
  emailChanged: /e-mail address was changed$/,
  securityAlert: /^Security alert/,
  newDevice: /^New sign-in to/,
  magicLink: /^Sign in to/,
  invite: /^You are invited/,
  factorReset: /reset of your second sign-in steps$/,
  domainCode: /^Prove that \S+ is yours$/,
  domainLapsed: /^You can no longer sign in as/,
} as const;

export type MailKind = keyof typeof subjects;

/** A mail as its reader has it. */
export interface ReceivedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** The address of its link; empty where it has none. */
  readonly link: string;
  /** The one-time token of its link. */
  readonly token: string;
}

/** Every mailbox there is, behind a real SMTP server. */
export class Mailbox {
  private constructor(readonly smtp: SmtpCatcher) {}

  static async open(): Promise<Mailbox> {
    return new Mailbox(await SmtpCatcher.start());
  }

  /** Waits for the n-th mail of a kind to an address. */
  async waitFor(address: string, kind: MailKind, nth = 1): Promise<ReceivedMail> {
    let found: ReceivedMail | undefined;
    await until(`${kind} mail ${nth} to ${address}`, async () => {
      found = (await this.of(address, kind))[nth - 1];
      return found !== undefined;
    });
    return found!;
  }

  /** The mails that arrived so far, of one kind or all. */
  async of(address: string, kind?: MailKind): Promise<ReceivedMail[]> {
    const mails = await Promise.all(this.smtp.to(address).map(readMessage));
    return mails.filter((mail) => kind === undefined || subjects[kind].test(mail.subject ?? '')).map(received);
  }

  close(): Promise<void> {
    return this.smtp.down();
  }
}

function received({ subject = '', text = '', html = '' }: Email): ReceivedMail {
  const link = /https?:\/\/\S+\/link\/[\w-]+\/[\w-]+/.exec(text)?.[0] ?? '';
  return { subject, text, html, link, token: link.slice(link.lastIndexOf('/') + 1) };
}
