import { Injectable } from '@nestjs/common';
import type { ClientInfo } from '@app/audit';
import { RuntimeConfig } from '@app/config';
import { AppError } from '@app/errors';
import type { FormErrors } from '@app/pages';
import type { FormPage } from '../pages/form-page.js';
import { RecoverDonePage, recoverDoneTitle } from '../pages/recover-done.page.js';
import { RecoverPendingPage, recoverPendingTitle } from '../pages/recover-pending.page.js';
import { RecoverStoppedPage, recoverStoppedTitle } from '../pages/recover-stopped.page.js';
import { RecoverPage, recoverTitle, stopIntent } from '../pages/recover.page.js';
import { Recovery } from '../recovery.service.js';
import { RecoveryLinks } from '../recovery-links.service.js';
import type { LinkForm, LinkPage, PageBody, Submission } from './link-page.js';

/** Behind the link of the mail about a reset of lost second factors: stop it, or finish it when its time has come. */
@Injectable()
export class RecoverLinkPage implements LinkPage {
  readonly kind = 'recover';
  readonly purpose = 'recover';

  constructor(
    private readonly links: RecoveryLinks,
    private readonly recovery: Recovery,
    private readonly runtime: RuntimeConfig,
  ) {}

  async ask(tokenHash: Buffer, form: FormPage): Promise<PageBody> {
    const { account, reset } = await this.links.find(tokenHash);
    if (reset.state === 'ready') {
      return { title: recoverTitle, body: RecoverPage({ ...form, email: account.email }) };
    }
    const { takesEffectAt, expiresAt } = reset;
    return { title: recoverPendingTitle, body: RecoverPendingPage({ ...form, takesEffectAt, expiresAt }) };
  }

  async submit(tokenHash: Buffer, form: LinkForm, client: ClientInfo): Promise<Submission> {
    if (form['intent'] === stopIntent) {
      await this.links.stop(tokenHash, client);
      return { done: { outcome: 'stopped' } };
    }
    if (!form['password']) return { errors: { password: 'Type your password.' } };
    try {
      const result = await this.recovery.finishByHash(tokenHash, form['password'], { carrier: 'cookie', client });
      const session = result.status === 'authenticated' ? result.session : undefined;
      return { done: { outcome: 'recovered', signedIn: session !== undefined }, session };
    } catch (error) {
      return { errors: errorsOf(error) };
    }
  }

  done({ outcome, signedIn }: Readonly<Record<string, unknown>>): PageBody {
    const { productName } = this.runtime;
    if (outcome === 'stopped') return { title: recoverStoppedTitle, body: RecoverStoppedPage({ productName }) };
    const body = RecoverDonePage({ productName, signedIn: signedIn === true, signInUrl: '/sign-in' });
    return { title: recoverDoneTitle, body };
  }
}

function errorsOf(error: unknown): FormErrors {
  if (error instanceof AppError) {
    if (error.code === 'authentication.password_wrong') return { password: error.detail };
    if (error.code === 'authentication.recovery_too_early') return { form: error.detail };
  }
  throw error;
}
