import { Injectable } from '@nestjs/common';
import { deviceName, passkeyScript } from '@app/pages';
import { type UserId, UsersRepository } from '@app/users';
import type { PageBody } from '../../link-pages/link-page.js';
import { AddPasskeyPage, addPasskeyTitle } from '../../pages/add-passkey.page.js';
import type { FormOccasion, HostedForm } from './hosted-form.js';
import { HostedSignIn } from './hosted-sign-in.service.js';

/** For somebody who signed in not long ago. */
@Injectable()
export class AddPasskeyForm implements HostedForm {
  readonly path = '/flow/add-passkey';

  constructor(
    private readonly users: UsersRepository,
    private readonly signIn: HostedSignIn,
  ) {}

  async render({ flow, visitor, form, typed, signOut }: FormOccasion): Promise<PageBody> {
    const { principal, client } = visitor;
    const user = principal && (await this.users.find(principal.userId as UserId));
    const name = typed['name'] ?? deviceName(client.userAgent);
    const notNow = this.signIn.endOf(flow);
    const body = AddPasskeyPage({ ...form, email: user?.email ?? '', name, notNow, signOut });
    return { title: addPasskeyTitle, body, script: passkeyScript };
  }
}
