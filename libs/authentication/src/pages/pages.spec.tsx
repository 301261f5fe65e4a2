import type { VNode } from 'preact';
import { renderPage } from '@app/pages';
import { AddPasskeyPage, PasskeyAddedPage } from './add-passkey.page.js';
import { CheckMailPage } from './check-mail.page.js';
import { ConfirmNewEmailPage } from './confirm-new-email.page.js';
import { EmailChangedPage } from './email-changed.page.js';
import { FirstAdminDonePage } from './first-admin-done.page.js';
import { FirstAdminPage } from './first-admin.page.js';
import { FlowOverPage } from './flow-over.page.js';
import { ForgotPasswordPage } from './forgot-password.page.js';
import { LinkExpiredPage, type LinkPurpose } from './link-expired.page.js';
import { NewPasswordRequiredPage } from './new-password-required.page.js';
import { NotMeDonePage } from './not-me-done.page.js';
import { NotMePage } from './not-me.page.js';
import { PasswordResetDonePage } from './password-reset-done.page.js';
import { RegisterPage } from './register.page.js';
import { ResetPasswordPage } from './reset-password.page.js';
import { SecondFactorPage } from './second-factor.page.js';
import { SignedOutPage } from './signed-in.page.js';
import { SignInPage } from './sign-in.page.js';
import { VerifiedPage } from './verified.page.js';
import { VerifyEmailPage } from './verify-email.page.js';

const hostile = `"><script>x</script>`;
const form = { productName: hostile, action: '/flow/x', csrf: 'c5rf' };
const done = { productName: hostile, email: hostile, signInUrl: '/sign-in' };

const forms: [string, VNode][] = [
  ['VerifyEmailPage', <VerifyEmailPage {...form} email={hostile} />],
  [
    'ResetPasswordPage',
    <ResetPasswordPage {...form} email={hostile} minimumLength={15} asked={[['Device', hostile]]} />,
  ],
  ['ConfirmNewEmailPage', <ConfirmNewEmailPage {...form} newEmail={hostile} />],
  ['FirstAdminPage', <FirstAdminPage {...form} minimumLength={15} email={hostile} errors={{ email: hostile }} />],
  ['NotMePage', <NotMePage {...form} email={hostile} />],
  ['SignInPage', <SignInPage {...form} identifier={hostile} again={hostile} passkeyAction="/flow/x/passkey" />],
  ['RegisterPage', <RegisterPage {...form} minimumLength={15} email={hostile} />],
  ['ForgotPasswordPage', <ForgotPasswordPage {...form} email={hostile} />],
  ['NewPasswordRequiredPage', <NewPasswordRequiredPage {...form} email={hostile} minimumLength={15} />],
  ['SecondFactorPage', <SecondFactorPage {...form} methods={['totp']} method="totp" errors={{ code: hostile }} />],
];
const answers: [string, VNode][] = [
  ['VerifiedPage', <VerifiedPage {...done} />],
  ['PasswordResetDonePage', <PasswordResetDonePage {...done} />],
  ['NotMeDonePage', <NotMeDonePage productName={hostile} resetMailed resetUrl="/forgot-password" />],
  ['EmailChangedPage', <EmailChangedPage {...done} />],
  ['FirstAdminDonePage', <FirstAdminDonePage {...done} />],
  ['LinkExpiredPage', <LinkExpiredPage />],
  ['CheckMailPage', <CheckMailPage email={hostile} askedFor="reset" />],
  ['FlowOverPage', <FlowOverPage title={hostile} detail={hostile} button={hostile} href="/sign-in" />],
  ['SignedOutPage', <SignedOutPage productName={hostile} />],
];
const html = (body: VNode): string => renderPage({ title: 't', productName: 'p' }, body);

it.each([...forms, ...answers])('%s escapes, and has no inline style or script', (_name, body) => {
  expect(html(body)).not.toMatch(/<script| style=| on[a-z]+=/i);
  expect(html(body).match(/<h1>/g)).toHaveLength(1);
});

it.each(forms)('%s posts to its action with its CSRF token by one main button', (_name, body) => {
  expect(html(body)).toContain('<form method="post" action="/flow/x">');
  expect(html(body)).toContain('name="csrf" value="c5rf"');
  expect(html(body).match(/<button class="button"/g)).toHaveLength(1);
});

it.each([
  [
    'the sign-in',
    '/flow/x/passkey',
    <SignInPage {...form} passkeyAction="/flow/x/passkey" errors={{ form: 'Wrong.' }} />,
  ],
  ['the second step', '/flow/x', <SecondFactorPage {...form} methods={['passkey', 'totp']} method="passkey" />],
  [
    'a new passkey',
    '/flow/x',
    <AddPasskeyPage {...form} email={hostile} name={hostile} notNow="/signed-in" signOut="0ut" />,
  ],
])('hides the passkey form of %s until a script shows it, with a token of its own', (_name, action, body) => {
  const [found = ''] = new RegExp(`<form [^>]*action="${action}"[^>]* data-passkey[^]*?</form>`).exec(html(body)) ?? [];
  expect(found).toMatch(/^<form [^>]* hidden[^>]*>/);
  expect(found).toContain('name="csrf" value="c5rf"');
  expect(found).toContain('name="response"');
  expect(found).not.toContain('password');
});

it.each(answers)('%s changes nothing', (_name, body) => {
  expect(html(body)).not.toMatch(/<form|<button/);
});

it('shows backup codes escaped, and the way out beside them', () => {
  const goOn = { label: 'Go on', href: '/signed-in' };
  const page = html(<PasskeyAddedPage name={hostile} backupCodes={[hostile]} goOn={goOn} signOut="0ut" />);
  expect(page).not.toMatch(/<script| style=| on[a-z]+=/i);
  expect(page).toContain('<form method="post" action="/sign-out">');
  expect(page).toContain('name="csrf" value="0ut"');
});

it('tells a password manager whose password is new', () => {
  const page = html(<ResetPasswordPage {...form} email="reader@example.org" minimumLength={15} />);
  expect(page).toContain('autocomplete="username"');
  expect(page.match(/autocomplete="new-password"/g)).toHaveLength(2);
  expect(page).toContain('minlength="15"');
  expect(page.match(/autofocus/g)).toHaveLength(1);
});

it('gives the focus to the error summary alone', () => {
  const errors = { newPassword: 'Too short.' };
  for (const body of [
    <ResetPasswordPage {...form} email="reader@example.org" minimumLength={15} errors={errors} />,
    <FirstAdminPage {...form} minimumLength={15} errors={errors} />,
  ]) {
    expect(html(body).match(/autofocus/g)).toHaveLength(1);
    expect(html(body)).toMatch(/role="alert"[^>]* autofocus/);
  }
});

it.each<LinkPurpose | undefined>(['verify_email', 'reset_password', 'confirm_email', 'first_admin', undefined])(
  'says what to do after a dead link for %s, and not why it is dead',
  (purpose) => {
    const page = html(<LinkExpiredPage purpose={purpose} />);
    expect(page).toContain('<li>');
    expect(page).not.toMatch(/already used|expired|unknown/i);
  },
);
