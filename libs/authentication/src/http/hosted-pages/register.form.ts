import { Injectable } from '@nestjs/common';
import { minimumLength } from '@app/credentials';
import type { PageBody } from '../../link-pages/link-page.js';
import { RegisterPage, registerTitle } from '../../pages/register.page.js';
import type { FormOccasion, HostedForm } from './hosted-form.js';

@Injectable()
export class RegisterForm implements HostedForm {
  readonly path = '/flow/register';

  render({ flow, form, typed }: FormOccasion): PageBody {
    const hint = flow.loginHint?.includes('@') ? flow.loginHint : undefined;
    const props = { ...form, email: typed['email'] ?? hint, minimumLength: minimumLength.onlyFactor };
    return { title: registerTitle, body: RegisterPage(props) };
  }
}
