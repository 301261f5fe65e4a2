import type { VNode } from 'preact';
import { type FormErrors, type Page, passkeyScript, ProblemPage } from '@app/pages';
import {
  AddPasskeyPage,
  addPasskeyTitle,
  PasskeyAddedPage,
  passkeyAddedTitle,
} from '../../../libs/authentication/src/pages/add-passkey.page.js';
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
import { CheckMailPage, checkMailTitle } from '../../../libs/authentication/src/pages/check-mail.page.js';
import { FlowOverPage } from '../../../libs/authentication/src/pages/flow-over.page.js';
import {
  ForgotPasswordPage,
  forgotPasswordTitle,
} from '../../../libs/authentication/src/pages/forgot-password.page.js';
import {
  NewPasswordRequiredPage,
  newPasswordRequiredTitle,
} from '../../../libs/authentication/src/pages/new-password-required.page.js';
import { RegisterPage, registerTitle } from '../../../libs/authentication/src/pages/register.page.js';
import { SecondFactorPage, secondFactorTitle } from '../../../libs/authentication/src/pages/second-factor.page.js';
import { SignInPage, signInTitle } from '../../../libs/authentication/src/pages/sign-in.page.js';
import {
  SignedInPage,
  signedInTitle,
  SignedOutPage,
  signedOutTitle,
} from '../../../libs/authentication/src/pages/signed-in.page.js';
import { RecoverDonePage, recoverDoneTitle } from '../../../libs/authentication/src/pages/recover-done.page.js';
import {
  RecoverPendingPage,
  recoverPendingTitle,
} from '../../../libs/authentication/src/pages/recover-pending.page.js';
import {
  RecoverStoppedPage,
  recoverStoppedTitle,
} from '../../../libs/authentication/src/pages/recover-stopped.page.js';
import { RecoverPage, recoverTitle } from '../../../libs/authentication/src/pages/recover.page.js';
import { eventFacts } from '../../../libs/authentication/src/mails/event-facts.js';
import { mailSignInPages } from './sample-mail-sign-in.js';
import { sampleOrigin } from './sample-mails.js';
import { newDevicePages } from './sample-new-device.js';

export interface SamplePage {
  readonly page: Page;
  readonly body: VNode;
}

const productName = 'Gatehouse';
const email = 'reader@example.org';
const form = { productName, action: '/link/submit', csrf: 'sample-token' };
const signInUrl = '/sign-in';
const minimumLength = 15;

const recoveryTimes = {
  takesEffectAt: new Date('2025-11-22T09:41:00Z'),
  expiresAt: new Date('2025-11-29T09:41:00Z'),
};

const sample = (title: string, body: VNode, invalid = false): SamplePage => ({
  page: { title, productName, invalid },
  body,
});

/** A page that offers a passkey. */
const scripted = (title: string, body: VNode, invalid = false): SamplePage => ({
  page: { title, productName, invalid, script: passkeyScript },
  body,
});

const passwordErrors: FormErrors = {
  newPassword: 'This password has appeared in data leaks. Choose another one.',
  repeatPassword: 'The two passwords differ.',
};

const backupCodes = [...'abcdefghij'].map((letter) => `${letter}2c7-k9mx-p4t8-w6rz`);
const methods = ['totp', 'backup_code'] as const;
const wrongPassword: FormErrors = { form: 'The e-mail address, user name or password is wrong.' };

/** Every page of the mail links and of the sign-in, in each of its states, with data that a person could meet. */
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
  'recover-pending': sample(recoverPendingTitle, <RecoverPendingPage {...form} {...recoveryTimes} />),
  'recover-pending-errors': sample(
    recoverPendingTitle,
    <RecoverPendingPage {...form} {...recoveryTimes} errors={{ form: 'The reset has not taken effect yet.' }} />,
    true,
  ),
  recover: sample(recoverTitle, <RecoverPage {...form} email={email} />),
  'recover-errors': sample(
    recoverTitle,
    <RecoverPage {...form} email={email} errors={{ password: 'The password is wrong.' }} />,
    true,
  ),
  'recover-stopped': sample(recoverStoppedTitle, <RecoverStoppedPage productName={productName} />),
  'recover-done': sample(recoverDoneTitle, <RecoverDonePage productName={productName} signedIn />),
  'recover-done-sign-in': sample(
    recoverDoneTitle,
    <RecoverDonePage productName={productName} signedIn={false} signInUrl={signInUrl} />,
  ),
  'link-expired': sample(linkExpiredTitle, <LinkExpiredPage purpose="verify_email" />),
  'link-unknown': sample(linkExpiredTitle, <LinkExpiredPage />),
  'sign-in': scripted(signInTitle(false), <SignInPage {...form} passkeyAction={form.action} />),
  'sign-in-errors': scripted(
    signInTitle(false),
    <SignInPage {...form} passkeyAction={form.action} identifier={email} errors={wrongPassword} />,
    true,
  ),
  'sign-in-again': scripted(
    signInTitle(true),
    <SignInPage {...form} passkeyAction={form.action} identifier={email} again={email} />,
  ),
  register: sample(registerTitle, <RegisterPage {...form} minimumLength={minimumLength} />),
  'register-errors': sample(
    registerTitle,
    <RegisterPage {...form} minimumLength={minimumLength} email={email} errors={passwordErrors} />,
    true,
  ),
  'check-mail': sample(checkMailTitle, <CheckMailPage email={email} askedFor="register" />),
  'check-mail-reset': sample(checkMailTitle, <CheckMailPage email={email} askedFor="reset" />),
  'forgot-password': sample(forgotPasswordTitle, <ForgotPasswordPage {...form} />),
  'new-password-required': sample(
    newPasswordRequiredTitle,
    <NewPasswordRequiredPage {...form} email={email} minimumLength={minimumLength} />,
  ),
  'second-factor': sample(secondFactorTitle, <SecondFactorPage {...form} methods={methods} method="totp" />),
  'second-factor-errors': sample(
    secondFactorTitle,
    <SecondFactorPage
      {...form}
      methods={methods}
      method="totp"
      errors={{ code: 'This code is wrong, or was used already.' }}
    />,
    true,
  ),
  'second-factor-backup-code': sample(
    secondFactorTitle,
    <SecondFactorPage {...form} methods={methods} method="backup_code" />,
  ),
  'second-factor-passkey': scripted(
    secondFactorTitle,
    <SecondFactorPage {...form} methods={['passkey', 'backup_code']} method="passkey" />,
  ),
  'second-factor-passkey-errors': scripted(
    secondFactorTitle,
    <SecondFactorPage
      {...form}
      methods={['passkey', 'backup_code']}
      method="passkey"
      errors={{ form: 'This passkey was not accepted. Perhaps it was removed from the account.' }}
    />,
    true,
  ),
  'add-passkey': scripted(
    addPasskeyTitle,
    <AddPasskeyPage {...form} email={email} name="Chrome on Android" notNow="/signed-in" signOut="sample-token" />,
  ),
  'add-passkey-errors': scripted(
    addPasskeyTitle,
    <AddPasskeyPage
      {...form}
      email={email}
      name={'long'.repeat(20)}
      notNow="/signed-in"
      signOut="sample-token"
      errors={{ name: 'Use at most 64 characters.' }}
    />,
    true,
  ),
  'passkey-added': sample(
    passkeyAddedTitle,
    <PasskeyAddedPage
      name="Chrome on Android"
      backupCodes={backupCodes}
      goOn={{ label: 'Go on', href: '/signed-in' }}
      signOut="sample-token"
    />,
  ),
  'passkey-added-another': sample(
    passkeyAddedTitle,
    <PasskeyAddedPage
      name="Security key"
      backupCodes={null}
      goOn={{ label: 'Go on', href: '/signed-in' }}
      signOut="sample-token"
    />,
  ),
  'signed-in': sample(signedInTitle, <SignedInPage productName={productName} email={email} csrf="sample-token" />),
  'signed-in-needs-more': sample(
    signedInTitle,
    <SignedInPage productName={productName} email={email} csrf="sample-token" needsSecondFactor />,
  ),
  'signed-out': sample(signedOutTitle, <SignedOutPage productName={productName} />),
  'flow-over': sample(
    'This sign-in cannot go on',
    <FlowOverPage
      title="This sign-in cannot go on"
      detail="Too many wrong answers. Start the sign-in again."
      button="Start again"
      href="/sign-in"
    />,
  ),
  problem: sample(
    'Too many attempts',
    <ProblemPage
      title="Too many attempts"
      detail="Please wait a minute, then try again."
      requestId="018f4c1e-7c55-7e0a-9b1d-2f6f3c1a9e55"
    />,
  ),
  ...mailSignInPages,
  ...newDevicePages,
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
