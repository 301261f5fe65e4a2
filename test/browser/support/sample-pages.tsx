import type { VNode } from 'preact';
import { type FormErrors, type Page, ProblemPage } from '@app/pages';
import {
  ConfirmNewEmailPage,
  confirmNewEmailTitle,
} from '../../../libs/authentication/src/pages/confirm-new-email.page.js';
import { EmailChangedPage, emailChangedTitle } from '../../../libs/authentication/src/pages/email-changed.page.js';
import {
  FirstAdminDonePage,
  firstAdminDoneTitle,
} from '../../../libs/authentication/src/pages/first-admin-done.page.js';
import { FirstAdminPage, firstAdminTitle } from '../../../libs/authentication/src/pages/first-admin.page.js';
import { LinkExpiredPage, linkExpiredTitle } from '../../../libs/authentication/src/pages/link-expired.page.js';
import {
  PasswordResetDonePage,
  passwordResetDoneTitle,
} from '../../../libs/authentication/src/pages/password-reset-done.page.js';
import { ResetPasswordPage, resetPasswordTitle } from '../../../libs/authentication/src/pages/reset-password.page.js';
import { VerifiedPage, verifiedTitle } from '../../../libs/authentication/src/pages/verified.page.js';
import { VerifyEmailPage, verifyEmailTitle } from '../../../libs/authentication/src/pages/verify-email.page.js';
import { eventFacts } from '../../../libs/authentication/src/mails/event-facts.js';
import { sampleOrigin } from './sample-mails.js';

export interface SamplePage {
  readonly page: Page;
  readonly body: VNode;
}

const productName = 'Gatehouse';
const email = 'reader@example.org';
const form = { productName, action: '/link/submit', csrf: 'sample-token' };
const signInUrl = '/sign-in';
const minimumLength = 15;

const sample = (title: string, body: VNode, invalid = false): SamplePage => ({
  page: { title, productName, invalid },
  body,
});

const passwordErrors: FormErrors = {
  newPassword: 'This password has appeared in data leaks. Choose another one.',
  repeatPassword: 'The two passwords differ.',
};

/** Every page of the mail links, in each of its states, with data that a person could meet. */
export const samplePages: Readonly<Record<string, SamplePage>> = {
  'verify-email': sample(verifyEmailTitle, <VerifyEmailPage {...form} email={email} />),
  verified: sample(verifiedTitle, <VerifiedPage productName={productName} email={email} signInUrl={signInUrl} />),
  'verified-without-link': sample(verifiedTitle, <VerifiedPage productName={productName} email={email} />),
  'reset-password': sample(
    resetPasswordTitle,
    <ResetPasswordPage {...form} email={email} minimumLength={minimumLength} asked={eventFacts(sampleOrigin)} />,
  ),
  'reset-password-errors': sample(
    resetPasswordTitle,
    <ResetPasswordPage {...form} email={email} minimumLength={minimumLength} errors={passwordErrors} />,
    true,
  ),
  'password-reset-done': sample(
    passwordResetDoneTitle,
    <PasswordResetDonePage productName={productName} signInUrl={signInUrl} />,
  ),
  'confirm-new-email': sample(confirmNewEmailTitle, <ConfirmNewEmailPage {...form} newEmail={email} />),
  'confirm-new-email-taken': sample(
    confirmNewEmailTitle,
    <ConfirmNewEmailPage {...form} newEmail={email} errors={{ form: 'Another account uses this address by now.' }} />,
    true,
  ),
  'email-changed': sample(emailChangedTitle, <EmailChangedPage productName={productName} email={email} />),
  'first-admin': sample(firstAdminTitle, <FirstAdminPage {...form} minimumLength={minimumLength} />),
  'first-admin-errors': sample(
    firstAdminTitle,
    <FirstAdminPage
      {...form}
      minimumLength={minimumLength}
      email="reader@"
      errors={{ email: 'This is not an e-mail address.', newPassword: 'Use at least 15 characters.' }}
    />,
    true,
  ),
  'first-admin-done': sample(
    firstAdminDoneTitle(productName),
    <FirstAdminDonePage productName={productName} email={email} signInUrl={signInUrl} />,
  ),
  'link-expired': sample(linkExpiredTitle, <LinkExpiredPage purpose="verify_email" />),
  'link-unknown': sample(linkExpiredTitle, <LinkExpiredPage />),
  problem: sample(
    'Too many attempts',
    <ProblemPage
      title="Too many attempts"
      detail="Please wait a minute, then try again."
      requestId="018f4c1e-7c55-7e0a-9b1d-2f6f3c1a9e55"
    />,
  ),
  'long-words': {
    page: { title: verifyEmailTitle, productName: 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerk' },
    body: (
      <VerifyEmailPage
        {...form}
        productName="Donaudampfschifffahrtselektrizitätenhauptbetriebswerk"
        email={`${'long'.repeat(16)}@${'sub.'.repeat(12)}example.org`}
      />
    ),
  },
};
