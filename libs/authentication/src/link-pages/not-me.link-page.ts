import { Injectable } from '@nestjs/common';
import type { ClientInfo } from '@app/audit';
import { RuntimeConfig } from '@app/config';
import { Disown } from '../disown.service.js';
import type { FormPage } from '../pages/form-page.js';
import { NotMeDonePage, notMeDoneTitle } from '../pages/not-me-done.page.js';
import { NotMePage, notMeTitle } from '../pages/not-me.page.js';
import type { LinkForm, LinkPage, PageBody, Submission } from './link-page.js';

/** Behind the link of a mail about a new device. */
@Injectable()
export class NotMeLinkPage implements LinkPage {
  readonly kind = 'not-me';
  readonly purpose = 'not_me';

  constructor(
    private readonly disown: Disown,
    private readonly runtime: RuntimeConfig,
  ) {}

  async ask(tokenHash: Buffer, form: FormPage): Promise<PageBody> {
    const { email } = await this.disown.accountByHash(tokenHash);
    return { title: notMeTitle, body: NotMePage({ ...form, email }) };
  }

  async submit(tokenHash: Buffer, _form: LinkForm, client: ClientInfo): Promise<Submission> {
    const { resetMailed } = await this.disown.byHash(tokenHash, client);
    return { done: { resetMailed } };
  }

  done({ resetMailed }: Readonly<Record<string, unknown>>): PageBody {
    const props = { productName: this.runtime.productName, resetMailed: resetMailed === true };
    return { title: notMeDoneTitle, body: NotMeDonePage({ ...props, resetUrl: '/forgot-password' }) };
  }
}
