import type { VNode } from 'preact';
import { renderPage } from '@app/pages';
import { InviteAcceptedPage, InvitePage } from './invite.page.js';
import { MagicCodePage, MagicElsewherePage, MagicLinkPage, MagicSignInPage } from './magic-link.page.js';

const hostile = `"><script>x</script>`;
const form = { productName: hostile, action: '/flow/x', csrf: 'c5rf' };

const forms: [string, VNode][] = [
  ['MagicLinkPage', <MagicLinkPage {...form} email={hostile} errors={{ email: hostile }} />],
  ['MagicCodePage', <MagicCodePage {...form} email={hostile} errors={{ code: hostile }} />],
  ['MagicSignInPage', <MagicSignInPage {...form} email={hostile} />],
  [
    'InvitePage',
    <InvitePage {...form} email={hostile} inviter={hostile} minimumLength={15} name={hostile} username={hostile} />,
  ],
];
const answers: [string, VNode][] = [
  ['MagicElsewherePage', <MagicElsewherePage productName={hostile} />],
  ['InviteAcceptedPage', <InviteAcceptedPage productName={hostile} email={hostile} signInUrl="/sign-in" />],
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

it.each(answers)('%s changes nothing', (_name, body) => {
  expect(html(body)).not.toMatch(/<form|<button/);
});

it('asks for the code as phones fill it in, and never shows one again', () => {
  const page = html(<MagicCodePage {...form} email="reader@example.org" errors={{ code: 'This code is wrong.' }} />);
  expect(page).toMatch(/name="code"[^>]* autocomplete="one-time-code"/);
  expect(page).not.toMatch(/name="code"[^>]* value=/);
});

it('tells a password manager that the password of an invite is new, and for which address', () => {
  const page = html(<InvitePage {...form} email="reader@example.org" inviter={null} minimumLength={15} />);
  expect(page).toMatch(/name="email"[^>]* autocomplete="username"[^>]* value="reader@example.org"/);
  expect(page.match(/autocomplete="new-password"/g)).toHaveLength(2);
  expect(page).toContain('You are invited');
});
