import { Injectable } from '@nestjs/common';
import { Database } from '@app/database';

const shown = 100;

const newest = {
  name: 'email.dev_inbox',
  text: `
    SELECT id, recipient AS "to", subject, text, html, headers, message_id AS "messageId"
    FROM dev_mails ORDER BY created_at DESC, id LIMIT ${shown}`,
};

export interface CaughtMail {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly messageId: string;
}

/** What the dev inbox caught. */
@Injectable()
export class DevInbox {
  constructor(private readonly database: Database) {}

  /** The newest mails, newest first. */
  newest(): Promise<CaughtMail[]> {
    return this.database.run<CaughtMail>(newest);
  }
}
