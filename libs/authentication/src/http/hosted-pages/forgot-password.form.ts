import { Injectable } from '@nestjs/common';
import type { PageBody } from '../../link-pages/link-page.js';
import { ForgotPasswordPage, forgotPasswordTitle } from '../../pages/forgot-password.page.js';
import type { FormOccasion, HostedForm } from './hosted-form.js';

@Injectable()
export class ForgotPasswordForm implements HostedForm {
  readonly path = '/flow/forgot-password';

  render({ flow, form, typed }: FormOccasion): PageBody {
    const hint = flow.loginHint?.includes('@') ? flow.loginHint : undefined;
    return { title: forgotPasswordTitle, body: ForgotPasswordPage({ ...form, email: typed['email'] ?? hint }) };
  }
}
