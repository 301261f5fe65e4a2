import { Injectable } from '@nestjs/common';
import { type UserId, UsersRepository } from '@app/users';
import type { PageBody } from '../../link-pages/link-page.js';
import { SignInPage, signInTitle } from '../../pages/sign-in.page.js';
import type { FormOccasion, HostedForm } from './hosted-form.js';

/** The first step. */
@Injectable()
export class SignInForm implements HostedForm {
  readonly path = '/flow/sign-in';

  constructor(private readonly users: UsersRepository) {}

  async render({ flow, visitor, form, typed }: FormOccasion): Promise<PageBody> {
    const { principal } = visitor;
    const known = principal && (await this.users.find(principal.userId as UserId));
    const again = known?.email ?? undefined;
    const remembered = flow.data['email'];
    const identifier = typed['identifier'] ?? flow.loginHint ?? (typeof remembered === 'string' ? remembered : again);
    return { title: signInTitle(again !== undefined), body: SignInPage({ ...form, identifier, again }) };
  }
}
