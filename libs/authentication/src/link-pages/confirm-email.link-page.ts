import { Injectable } from '@nestjs/common';
import type { ClientInfo } from '@app/audit';
import { RuntimeConfig } from '@app/config';
import { AppError } from '@app/errors';
import { OneTimeTokens } from '@app/tokens';
import { EmailVerification } from '../email-verification.service.js';
import { ConfirmNewEmailPage, confirmNewEmailTitle } from '../pages/confirm-new-email.page.js';
import { EmailChangedPage, emailChangedTitle } from '../pages/email-changed.page.js';
import type { FormPage } from '../pages/form-page.js';
import type { LinkForm, LinkPage, PageBody, Submission } from './link-page.js';

/** Behind the link that proves an account's new address. */
@Injectable()
export class ConfirmEmailLinkPage implements LinkPage {
  readonly kind = 'confirm-email';
  readonly purpose = 'confirm_email';

  constructor(
    private readonly verification: EmailVerification,
    private readonly tokens: OneTimeTokens,
    private readonly runtime: RuntimeConfig,
  ) {}

  async ask(tokenHash: Buffer, form: FormPage): Promise<PageBody> {
    const newEmail = await this.emailOf(tokenHash);
    return { title: confirmNewEmailTitle, body: ConfirmNewEmailPage({ ...form, newEmail }) };
  }

  async submit(tokenHash: Buffer, _form: LinkForm, client: ClientInfo): Promise<Submission> {
    const email = await this.emailOf(tokenHash);
    try {
      await this.verification.verifyByHash(tokenHash, client);
    } catch (error) {
      if (error instanceof AppError && error.code === 'users.email_taken') return { errors: { form: error.detail } };
      throw error;
    }
    return { done: { email } };
  }

  done(data: Readonly<Record<string, unknown>>): PageBody {
    const { productName } = this.runtime;
    return { title: emailChangedTitle, body: EmailChangedPage({ productName, email: String(data['email']) }) };
  }

  private async emailOf(tokenHash: Buffer): Promise<string> {
    const record = await this.tokens.peekByHash(tokenHash, 'email_change');
    return String(record.data['email']);
  }
}
