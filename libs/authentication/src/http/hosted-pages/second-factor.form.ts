import { Injectable } from '@nestjs/common';
import { type FormErrors, passkeyScript } from '@app/pages';
import type { SecondFactor } from '@app/users';
import { challengeExpired } from '../../authentication.errors.js';
import { ChallengesRepository } from '../../challenges.repository.js';
import type { PageBody } from '../../link-pages/link-page.js';
import { SecondFactorPage, secondFactorTitle } from '../../pages/second-factor.page.js';
import { passkeyNotAccepted } from './form-errors.js';
import type { FormOccasion, HostedForm } from './hosted-form.js';

/** What is asked for first where an account holds several. */
const preference: readonly SecondFactor[] = ['passkey', 'totp', 'backup_code'];

/** The step of an account that holds a second factor. */
@Injectable()
export class SecondFactorForm implements HostedForm {
  readonly path = '/flow/second-factor';

  constructor(private readonly challenges: ChallengesRepository) {}

  async render({ flow, form, typed }: FormOccasion): Promise<PageBody> {
    const challenge = flow.challengeHash && (await this.challenges.findOpen(flow.challengeHash));
    if (!challenge) throw challengeExpired();
    const { methods } = challenge;
    const asked = typed['method'] ?? typed['with'];
    const method =
      methods.find((offered) => offered === asked) ?? preference.find((offered) => methods.includes(offered)) ?? 'totp';
    if (method !== 'passkey') return { title: secondFactorTitle, body: SecondFactorPage({ ...form, methods, method }) };
    const body = SecondFactorPage({ ...form, errors: ofNoField(form.errors), methods, method });
    return { title: secondFactorTitle, body, script: passkeyScript };
  }
}

/** A passkey has no field to be wrong in. */
function ofNoField(errors: FormErrors | undefined): FormErrors | undefined {
  return errors?.['code'] === undefined ? errors : { form: passkeyNotAccepted };
}
