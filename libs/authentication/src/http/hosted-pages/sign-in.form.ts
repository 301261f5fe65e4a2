import { Injectable } from '@nestjs/common';
import { passkeyScript } from '@app/pages';
import { type UserId, UsersRepository } from '@app/users';
import type { PageBody } from '../../link-pages/link-page.js';
import { SignInPage, signInTitle } from '../../pages/sign-in.page.js';
import type { FormOccasion, HostedForm } from './hosted-form.js';

/** The first step: by password or by passkey, each with a path of its own to post to. */
@Injectable()
export class SignInForm implements HostedForm {
  readonly path = '/flow/sign-in';
  readonly passkeyPath = '/flow/sign-in/passkey';

  constructor(private readonly users: UsersRepository) {}

  async render({ flow, visitor, form, typed }: FormOccasion): Promise<PageBody> {
    const { principal } = visitor;
    const known = principal && (await this.users.find(principal.userId as UserId));
    const again = known?.email ?? undefined;
    const remembered = flow.data['email'];
    const identifier = typed['identifier'] ?? flow.loginHint ?? (typeof remembered === 'string' ? remembered : again);
    const body = SignInPage({ ...form, identifier, again, passkeyAction: this.passkeyPath });
    return { title: signInTitle(again !== undefined), body, script: passkeyScript };
  }
}
