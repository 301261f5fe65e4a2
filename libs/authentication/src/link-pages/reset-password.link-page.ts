import { Injectable } from '@nestjs/common';
import type { ClientInfo } from '@app/audit';
import { RuntimeConfig } from '@app/config';
import { minimumLength } from '@app/credentials';
import type { FormPage } from '../pages/form-page.js';
import { PasswordResetDonePage, passwordResetDoneTitle } from '../pages/password-reset-done.page.js';
import { ResetPasswordPage, resetPasswordTitle } from '../pages/reset-password.page.js';
import { PasswordReset } from '../password-reset.service.js';
import {
  type LinkForm,
  type LinkPage,
  type PageBody,
  passwordErrors,
  repeatFault,
  type Submission,
} from './link-page.js';

/** Behind the link of a reset mail. */
@Injectable()
export class ResetPasswordLinkPage implements LinkPage {
  readonly kind = 'reset-password';
  readonly purpose = 'reset_password';

  constructor(
    private readonly passwordReset: PasswordReset,
    private readonly runtime: RuntimeConfig,
  ) {}

  async ask(tokenHash: Buffer, form: FormPage): Promise<PageBody> {
    const { email } = await this.passwordReset.accountByHash(tokenHash);
    const props = { ...form, email, minimumLength: minimumLength.onlyFactor };
    return { title: resetPasswordTitle, body: ResetPasswordPage(props) };
  }

  async submit(tokenHash: Buffer, form: LinkForm, client: ClientInfo): Promise<Submission> {
    const fault = repeatFault(form);
    if (fault) return { errors: fault };
    try {
      const { device } = await this.passwordReset.resetByHash(tokenHash, form['newPassword'] ?? '', client);
      return { done: {}, device };
    } catch (error) {
      return { errors: passwordErrors(error) };
    }
  }

  done(): PageBody {
    const { productName } = this.runtime;
    return { title: passwordResetDoneTitle, body: PasswordResetDonePage({ productName, signInUrl: '/sign-in' }) };
  }
}
