import { Injectable } from '@nestjs/common';
import { minimumLength } from '@app/credentials';
import type { PageBody } from '../link-pages/link-page.js';
import { NewPasswordRequiredPage, newPasswordRequiredTitle } from '../pages/new-password-required.page.js';
import type { FormOccasion, HostedForm } from './hosted-form.js';

/** The step of who owes a new password. */
@Injectable()
export class NewPasswordForm implements HostedForm {
  readonly path = '/flow/new-password';

  render({ form }: FormOccasion): PageBody {
    const props = { ...form, minimumLength: minimumLength.onlyFactor };
    return { title: newPasswordRequiredTitle, body: NewPasswordRequiredPage(props) };
  }
}
