import { Injectable } from '@nestjs/common';
import { minimumLength } from '@app/credentials';
import { OneTimeTokens, tokenInvalid } from '@app/tokens';
import { type UserId, UsersRepository } from '@app/users';
import type { PageBody } from '../../link-pages/link-page.js';
import { NewPasswordRequiredPage, newPasswordRequiredTitle } from '../../pages/new-password-required.page.js';
import type { FormOccasion, HostedForm } from './hosted-form.js';

/** The step of who owes a new password. */
@Injectable()
export class NewPasswordForm implements HostedForm {
  readonly path = '/flow/new-password';

  constructor(
    private readonly tokens: OneTimeTokens,
    private readonly users: UsersRepository,
  ) {}

  async render({ flow, form }: FormOccasion): Promise<PageBody> {
    if (flow.challengeHash === null) throw tokenInvalid();
    const { userId } = await this.tokens.peekByHash(flow.challengeHash, 'password_change_required');
    const user = userId === null ? null : await this.users.find(userId as UserId);
    const props = { ...form, email: user?.email ?? '', minimumLength: minimumLength.onlyFactor };
    return { title: newPasswordRequiredTitle, body: NewPasswordRequiredPage(props) };
  }
}
