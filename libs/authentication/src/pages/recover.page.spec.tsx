import type { VNode } from 'preact';
import { renderPage } from '@app/pages';
import { RecoverDonePage } from './recover-done.page.js';
import { RecoverPendingPage } from './recover-pending.page.js';
import { RecoverStoppedPage } from './recover-stopped.page.js';
import { RecoverPage } from './recover.page.js';

const hostile = `"><script>x</script>`;
const form = { productName: hostile, action: '/flow/recover', csrf: 'c5rf' };
const takesEffectAt = new Date('2025-11-22T09:41:00Z');
const expiresAt = new Date('2025-11-29T09:41:00Z');

const html = (body: VNode): string => renderPage({ title: 't', productName: 'p' }, body);
const pages: [string, VNode][] = [
  ['RecoverPage', <RecoverPage {...form} email={hostile} errors={{ password: hostile }} />],
  ['RecoverPendingPage', <RecoverPendingPage {...form} takesEffectAt={takesEffectAt} expiresAt={expiresAt} />],
  ['RecoverStoppedPage', <RecoverStoppedPage productName={hostile} />],
  ['RecoverDonePage', <RecoverDonePage productName={hostile} signedIn />],
];

it.each(pages)('%s escapes, and has no inline style or script', (_name, body) => {
  expect(html(body)).not.toMatch(/<script| style=| on[a-z]+=/i);
  expect(html(body).match(/<h1>/g)).toHaveLength(1);
});

it('offers nothing but to stop, before its time, and says when that is', () => {
  const page = html(<RecoverPendingPage {...form} takesEffectAt={takesEffectAt} expiresAt={expiresAt} />);
  expect(page).toContain('22 November 2025 at 09:41 UTC');
  expect(page.match(/<button/g)).toHaveLength(1);
  expect(page).toContain('name="intent" value="stop"');
  expect(page).not.toContain('password"');
});

it('asks for the password, the focus on it, or to be stopped by a form of its own', () => {
  const page = html(<RecoverPage {...form} email="reader@example.org" />);
  const [first = '', second = ''] = page.split('</form>');
  expect(first).toMatch(/autocomplete="current-password"[^>]* autofocus/);
  expect(first).not.toContain('intent');
  expect(second).toContain('name="intent" value="stop"');
  expect(page.match(/name="csrf" value="c5rf"/g)).toHaveLength(2);
});

it('leads who owes a new password to the sign-in, and who has a session to their app', () => {
  expect(html(<RecoverDonePage productName="p" signedIn signInUrl="/sign-in" />)).not.toContain('href="/sign-in"');
  expect(html(<RecoverDonePage productName="p" signedIn={false} signInUrl="/sign-in" />)).toContain('href="/sign-in"');
});
