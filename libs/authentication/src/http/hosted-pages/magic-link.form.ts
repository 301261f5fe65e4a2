import { Injectable } from '@nestjs/common';
import type { PageBody } from '../../link-pages/link-page.js';
import { MagicCodePage, magicCodeTitle, MagicLinkPage, magicLinkTitle } from '../../pages/magic-link.page.js';
import type { SignInFlow } from '../../sign-in-flows.js';
import type { FormOccasion, HostedForm } from './hosted-form.js';

/** Asks for the address to mail a link and a code to. */
@Injectable()
export class MagicLinkForm implements HostedForm {
  readonly path = '/flow/magic-link';

  render({ flow, form, typed }: FormOccasion): PageBody {
    const hint = flow.loginHint?.includes('@') ? flow.loginHint : undefined;
    const email = typed['email'] ?? hint ?? textOf(flow, 'email');
    return { title: magicLinkTitle, body: MagicLinkPage({ ...form, email }) };
  }
}

/** Waits for the code of the mail. */
@Injectable()
export class MagicCodeForm implements HostedForm {
  readonly path = '/flow/magic-link/code';

  render({ flow, form }: FormOccasion): PageBody {
    return { title: magicCodeTitle, body: MagicCodePage({ ...form, email: textOf(flow, 'email') ?? '' }) };
  }
}

/** What a flow remembers; undefined where it does not. */
export function textOf({ data }: Pick<SignInFlow, 'data'>, name: string): string | undefined {
  const value = data[name];
  return typeof value === 'string' ? value : undefined;
}
