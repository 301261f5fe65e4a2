import { renderMail } from '@app/pages';
import { accountExists } from '../../../libs/authentication/src/mails/account-exists.js';
import { emailChangeConfirm } from '../../../libs/authentication/src/mails/email-change-confirm.js';
import { emailChanged } from '../../../libs/authentication/src/mails/email-changed.js';
import type { EventOrigin } from '../../../libs/authentication/src/mails/event-facts.js';
import { factorReset } from '../../../libs/authentication/src/mails/factor-reset.js';
import { invite } from '../../../libs/authentication/src/mails/invite.js';
import { magicLink } from '../../../libs/authentication/src/mails/magic-link.js';
import type { MailMessage } from '../../../libs/authentication/src/mails/mail-message.js';
import { maskedEmail } from '../../../libs/authentication/src/mails/masked-email.js';
import { newDevice } from '../../../libs/authentication/src/mails/new-device.js';
import { passwordChanged } from '../../../libs/authentication/src/mails/password-changed.js';
import { passwordReset } from '../../../libs/authentication/src/mails/password-reset.js';
import { securityAlert } from '../../../libs/authentication/src/mails/security-alert.js';
import { verification } from '../../../libs/authentication/src/mails/verification.js';

const productName = 'Gatehouse';
const link = (kind: string): string =>
  `https://id.example.org/link/${kind}/J4Zr7yVbQ2mLx0uT9kWd3sPa8cHn6eGf1oRi5vYtBqM`;

export const sampleOrigin: EventOrigin = {
  at: new Date('2025-11-21T09:41:00Z'),
  client: {
    address: '203.0.113.24',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  },
};

/** Every mail, with data that a person could meet. */
export const sampleMails: Readonly<Record<string, MailMessage>> = {
  verification: verification({ productName, url: link('verify'), expiresInHours: 24 }),
  'account-exists': accountExists({ productName, resetUrl: link('reset') }),
  'password-reset': passwordReset({ productName, url: link('reset'), expiresInMinutes: 60, ...sampleOrigin }),
  'password-reset-by-administrator': passwordReset({
    productName,
    url: link('reset'),
    expiresInMinutes: 60,
    byAdministrator: true,
    ...sampleOrigin,
  }),
  'password-changed': passwordChanged({ productName, ...sampleOrigin }),
  'email-change-confirm': emailChangeConfirm({ productName, url: link('email'), expiresInHours: 24 }),
  'email-changed': emailChanged({ productName, newEmailMasked: maskedEmail('reader@example.org'), ...sampleOrigin }),
  'factor-reset': factorReset({
    productName,
    url: link('recover'),
    requestedBy: 'Grace Hopper',
    requestedAt: sampleOrigin.at,
    takesEffectAt: new Date('2025-11-22T09:41:00Z'),
    expiresAt: new Date('2025-11-29T09:41:00Z'),
  }),
  'magic-link': magicLink({
    productName,
    url: link('magic'),
    code: 'KQ7F-2MXP',
    expiresInMinutes: 10,
    ...sampleOrigin,
  }),
  invite: invite({ productName, url: link('invite'), inviter: 'Grace Hopper', expiresInDays: 7 }),
  'new-device': newDevice({ productName, url: link('not-me'), expiresInDays: 7, ...sampleOrigin }),
  disowned: securityAlert({
    productName,
    what: 'disowned',
    facts: { resetMailed: true, passkeysShut: 1 },
    ...sampleOrigin,
  }),
  'factors-reset': securityAlert({ productName, what: 'factors_reset', ...sampleOrigin }),
  'security-alert': securityAlert({ productName, what: 'refresh_token_reuse', ...sampleOrigin }),
  code: {
    subject: 'Your sign-in code',
    ...renderMail({
      productName,
      preheader: 'Type it where you are signing in.',
      title: 'Your sign-in code',
      paragraphs: ['Type this code where you are signing in.'],
      code: 'KQ7F-2MXP',
      closing: ['It works for 10 minutes.'],
    }),
  },
};
