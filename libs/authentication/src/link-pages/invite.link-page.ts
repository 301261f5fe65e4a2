import { Injectable } from '@nestjs/common';
import type { ClientInfo } from '@app/audit';
import { RuntimeConfig } from '@app/config';
import { minimumLength } from '@app/credentials';
import { AppError } from '@app/errors';
import type { FormErrors } from '@app/pages';
import { usernamePattern } from '@app/users';
import { InviteAcceptance } from '../invite-acceptance.service.js';
import type { FormPage } from '../pages/form-page.js';
import { InviteAcceptedPage, inviteAcceptedTitle, InvitePage, inviteTitle } from '../pages/invite.page.js';
import {
  type LinkForm,
  type LinkPage,
  type PageBody,
  passwordErrors,
  repeatFault,
  type Submission,
} from './link-page.js';

const longestName = 200;

/** Behind the link of an invite. */
@Injectable()
export class InviteLinkPage implements LinkPage {
  readonly kind = 'invite';
  readonly purpose = 'invite';

  constructor(
    private readonly acceptance: InviteAcceptance,
    private readonly runtime: RuntimeConfig,
  ) {}

  async ask(tokenHash: Buffer, form: FormPage, typed: LinkForm): Promise<PageBody> {
    const { email, inviter } = await this.acceptance.peekByHash(tokenHash);
    const { name, username } = typed;
    const props = { ...form, email, inviter, name, username, minimumLength: minimumLength.onlyFactor };
    return { title: inviteTitle(form.productName), body: InvitePage(props) };
  }

  async submit(tokenHash: Buffer, form: LinkForm, client: ClientInfo): Promise<Submission> {
    const faults = { ...nameFaults(form), ...repeatFault(form) };
    if (Object.keys(faults).length > 0) return { errors: faults };
    const name = (form['name'] ?? '').trim();
    const account = {
      password: form['newPassword'] ?? '',
      username: usernameOf(form),
      profile: name === '' ? {} : { name },
    };
    try {
      const { email } = await this.acceptance.acceptByHash(tokenHash, account, client);
      return { done: { email } };
    } catch (error) {
      return { errors: userErrors(error) ?? passwordErrors(error) };
    }
  }

  done(data: Readonly<Record<string, unknown>>): PageBody {
    const props = { productName: this.runtime.productName, email: String(data['email']), signInUrl: '/sign-in' };
    return { title: inviteAcceptedTitle, body: InviteAcceptedPage(props) };
  }
}

const usernameOf = (form: LinkForm): string | undefined => (form['username'] ?? '').trim() || undefined;

function nameFaults(form: LinkForm): FormErrors {
  const username = usernameOf(form);
  const nameable = username === undefined || usernamePattern.test(username);
  return {
    ...((form['name'] ?? '').trim().length > longestName ? { name: 'This name is too long.' } : {}),
    ...(nameable ? {} : { username: 'A user name has 3 to 32 letters, digits, dots, dashes or underscores.' }),
  };
}

function userErrors(error: unknown): FormErrors | undefined {
  if (!(error instanceof AppError)) return undefined;
  if (error.code === 'users.username_taken') return { username: error.detail };
  if (error.code !== 'users.email_taken') return undefined;
  return { form: 'This address has an account already, perhaps by another invite. Sign in with it.' };
}
