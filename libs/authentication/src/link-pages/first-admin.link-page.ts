import { Injectable } from '@nestjs/common';
import type { ClientInfo } from '@app/audit';
import { RuntimeConfig } from '@app/config';
import { minimumLength } from '@app/credentials';
import { AppError } from '@app/errors';
import { OneTimeTokens } from '@app/tokens';
import { FirstAdmin } from '../first-admin.service.js';
import { FirstAdminDonePage, firstAdminDoneTitle } from '../pages/first-admin-done.page.js';
import { FirstAdminPage, firstAdminTitle } from '../pages/first-admin.page.js';
import type { FormPage } from '../pages/form-page.js';
import {
  type LinkForm,
  type LinkPage,
  type PageBody,
  passwordErrors,
  repeatFault,
  type Submission,
} from './link-page.js';

/** Behind the link that a new installation prints. */
@Injectable()
export class FirstAdminLinkPage implements LinkPage {
  readonly kind = 'first-admin';
  readonly purpose = 'first_admin';

  constructor(
    private readonly firstAdmin: FirstAdmin,
    private readonly tokens: OneTimeTokens,
    private readonly runtime: RuntimeConfig,
  ) {}

  async ask(tokenHash: Buffer, form: FormPage, typed: LinkForm): Promise<PageBody> {
    await this.tokens.peekByHash(tokenHash, 'first_admin');
    const props = { ...form, email: typed['email'], minimumLength: minimumLength.onlyFactor };
    return { title: firstAdminTitle, body: FirstAdminPage(props) };
  }

  async submit(tokenHash: Buffer, form: LinkForm, client: ClientInfo): Promise<Submission> {
    const email = form['email'] ?? '';
    const fault = repeatFault(form);
    if (fault) return { errors: fault };
    try {
      await this.firstAdmin.createByHash(tokenHash, email, form['newPassword'] ?? '', client);
      return { done: { email } };
    } catch (error) {
      return { errors: emailErrors(error) ?? passwordErrors(error) };
    }
  }

  done(data: Readonly<Record<string, unknown>>): PageBody {
    const { productName } = this.runtime;
    const body = FirstAdminDonePage({ productName, email: String(data['email']), signInUrl: '/sign-in' });
    return { title: firstAdminDoneTitle(productName), body };
  }
}

function emailErrors(error: unknown): { email: string } | { form: string } | undefined {
  if (!(error instanceof AppError)) return undefined;
  if (error.code.startsWith('users.email_')) return { email: error.detail };
  return error.code === 'authentication.admin_exists' ? { form: error.detail } : undefined;
}
