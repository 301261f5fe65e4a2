import { Injectable } from '@nestjs/common';
import { Database, Sweeps } from '@app/database';

const keptDays = 90;
const keptDevMails = 1_000;

const forgetFinished = {
  name: 'email.forget_finished',
  text: `
    DELETE FROM mails WHERE id IN (
      SELECT id FROM mails WHERE finished_at < app_now() - ${keptDays} * interval '1 day' LIMIT 1000
    ) RETURNING 1`,
};

const trimDevInbox = {
  name: 'email.trim_dev_inbox',
  text: `
    DELETE FROM dev_mails WHERE created_at < (
      SELECT created_at FROM dev_mails ORDER BY created_at DESC OFFSET ${keptDevMails} LIMIT 1
    ) RETURNING 1`,
};

/** Forgets whose mails they were three months after their fate; the ledger keeps what became of them. */
@Injectable()
export class MailSweeps {
  constructor(
    private readonly database: Database,
    sweeps: Sweeps,
  ) {
    sweeps.register({ name: 'email.finished', run: () => this.delete(forgetFinished) });
    sweeps.register({ name: 'email.dev_inbox', run: () => this.delete(trimDevInbox) });
  }

  private async delete(statement: typeof forgetFinished): Promise<number> {
    return (await this.database.run(statement)).length;
  }
}
