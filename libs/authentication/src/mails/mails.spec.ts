import { factorReset } from './factor-reset.js';
import type { MailMessage } from './mail-message.js';
import { accountExists } from './account-exists.js';
import { emailChangeConfirm } from './email-change-confirm.js';
import { invite } from './invite.js';
import { magicLink } from './magic-link.js';
import { newDevice } from './new-device.js';
import { emailChanged } from './email-changed.js';
import { maskedEmail } from './masked-email.js';
import { passwordChanged } from './password-changed.js';
import { passwordReset } from './password-reset.js';
import { securityAlert } from './security-alert.js';
import { verification } from './verification.js';

const productName = 'Gate\r\nBcc: reader@example.org';
const url = 'https://id.example/link/verify/token';
const origin = {
  at: new Date('2025-11-21T09:41:00Z'),
  client: { address: '203.0.113.24', userAgent: 'Visit https://evil.example <b>now</b>' },
};

const linked: Record<string, MailMessage> = {
  verification: verification({ productName, url, expiresInHours: 24 }),
  accountExists: accountExists({ productName, resetUrl: url }),
  passwordReset: passwordReset({ productName, url, expiresInMinutes: 60, ...origin }),
  emailChangeConfirm: emailChangeConfirm({ productName, url, expiresInHours: 1 }),
};
const byAdministrator = passwordReset({ productName, url, expiresInMinutes: 60, byAdministrator: true, ...origin });
linked['passwordResetByAdministrator'] = byAdministrator;
const times = { requestedAt: origin.at, takesEffectAt: origin.at, expiresAt: origin.at };
linked['factorReset'] = factorReset({ productName, url, requestedBy: 'Root\r\nBcc: reader@example.org', ...times });
linked['magicLink'] = magicLink({ productName, url, code: 'KQ7F-2MXP', expiresInMinutes: 10, ...origin });
linked['invite'] = invite({ productName, url, inviter: 'Root\r\nBcc: reader@example.org', expiresInDays: 7 });
linked['newDevice'] = newDevice({ productName, url, expiresInDays: 7, ...origin });
const told: Record<string, MailMessage> = {
  passwordChanged: passwordChanged({ productName, ...origin }),
  emailChanged: emailChanged({ productName, newEmailMasked: maskedEmail('reader@example.org'), ...origin }),
  securityAlert: securityAlert({ productName, what: 'refresh_token_reuse', ...origin }),
  passwordLocked: securityAlert({ productName, what: 'password_locked', ...origin }),
  disowned: securityAlert({ productName, what: 'disowned', facts: { resetMailed: true }, ...origin }),
  factorsReset: securityAlert({ productName, what: 'factors_reset', ...origin }),
};

describe.each(Object.entries({ ...linked, ...told }))('the mail %s', (_name, mail) => {
  it('has a subject of one line that names the product', () => {
    expect(mail.subject).toMatch(/Gate Bcc: reader@example\.org/);
    expect(mail.subject).not.toMatch(/[\r\n]/);
  });

  it('says the same in both parts, and quotes no User-Agent', () => {
    expect(mail.text).not.toContain('evil.example');
    expect(mail.html).not.toContain('evil.example');
    expect(mail.text).not.toContain('undefined');
    expect(mail.html).not.toContain('undefined');
  });
});

it.each(Object.entries(linked))('%s gives its link alone on a line, and in the HTML', (_name, mail) => {
  expect(mail.text.split('\n')).toContain(url);
  expect(mail.html).toContain(`href="${url}"`);
});

it.each(Object.entries({ passwordReset: linked['passwordReset']!, newDevice: linked['newDevice'], ...told }))(
  '%s says when and from where',
  (_n, mail) => {
    expect(mail.text).toMatch(/21 November 2025 at 09:41 UTC/);
    expect(mail.text).toContain('203.0.113.24');
    expect(mail.html).toContain('Unknown device');
  },
);

it('tells how long a link lives', () => {
  expect(linked['verification']!.text).toContain('within 24 hours');
  expect(linked['emailChangeConfirm']!.text).toContain('within 1 hour.');
  expect(linked['magicLink']!.text).toContain('within 10 minutes.');
  expect(linked['invite']!.text).toContain('within 7 days.');
});

it('shows the code of a sign-in alone on its line, and nowhere in the subject', () => {
  const { subject, text, html } = linked['magicLink']!;
  expect(text.split('\n').map((line) => line.trim())).toContain('KQ7F-2MXP');
  expect(html).toContain('KQ7F-2MXP');
  expect(subject).not.toContain('KQ7F');
});

it('invites in the name of the administrator, or of nobody where they gave none', () => {
  expect(linked['invite']!.text).toContain('Root Bcc: reader@example.org invites you');
  expect(invite({ productName, url, inviter: null, expiresInDays: 7 }).text).toContain('You are invited to open');
});

it('shows the old address no more of the new one than its owner needs', () => {
  expect(told['emailChanged']!.text).toContain('r•••@example.org');
  expect(maskedEmail('é@example.org')).toBe('é•••@example.org');
});

it('a reset asked for by an administrator says so, and not from where', () => {
  expect(byAdministrator.text).toContain('An administrator asks you to choose a new password');
  expect(byAdministrator.text).not.toContain('203.0.113.24');
});
