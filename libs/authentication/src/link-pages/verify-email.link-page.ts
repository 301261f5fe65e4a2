import { Injectable } from '@nestjs/common';
import type { ClientInfo } from '@app/audit';
import { RuntimeConfig } from '@app/config';
import { OneTimeTokens, tokenInvalid } from '@app/tokens';
import { EmailVerification } from '../email-verification.service.js';
import { VerifiedPage, verifiedTitle } from '../pages/verified.page.js';
import { VerifyEmailPage, verifyEmailTitle } from '../pages/verify-email.page.js';
import type { FormPage } from '../pages/form-page.js';
import { PendingRegistrationsRepository } from '../pending-registrations.repository.js';
import type { LinkForm, LinkPage, PageBody, Submission } from './link-page.js';

/** Behind the link of a verification mail. */
@Injectable()
export class VerifyEmailLinkPage implements LinkPage {
  readonly kind = 'verify-email';
  readonly purpose = 'verify_email';

  constructor(
    private readonly verification: EmailVerification,
    private readonly pending: PendingRegistrationsRepository,
    private readonly tokens: OneTimeTokens,
    private readonly runtime: RuntimeConfig,
  ) {}

  async ask(tokenHash: Buffer, form: FormPage): Promise<PageBody> {
    return { title: verifyEmailTitle, body: VerifyEmailPage({ ...form, email: await this.emailOf(tokenHash) }) };
  }

  async submit(tokenHash: Buffer, _form: LinkForm, client: ClientInfo): Promise<Submission> {
    const email = await this.emailOf(tokenHash);
    await this.verification.verifyByHash(tokenHash, client);
    return { done: { email } };
  }

  done(data: Readonly<Record<string, unknown>>): PageBody {
    const { productName } = this.runtime;
    return {
      title: verifiedTitle,
      body: VerifiedPage({ productName, email: String(data['email']), signInUrl: '/sign-in' }),
    };
  }

  private async emailOf(tokenHash: Buffer): Promise<string> {
    const record = await this.tokens.peekByHash(tokenHash, 'email_verification');
    const pending = await this.pending.find(record.reference);
    if (!pending) throw tokenInvalid();
    return pending.email;
  }
}
