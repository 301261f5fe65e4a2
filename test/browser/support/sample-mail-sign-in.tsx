import type { VNode } from 'preact';
import type { Page } from '@app/pages';
import {
  InviteAcceptedPage,
  inviteAcceptedTitle,
  InvitePage,
  inviteTitle,
} from '../../../libs/authentication/src/pages/invite.page.js';
import {
  MagicCodePage,
  magicCodeTitle,
  MagicElsewherePage,
  magicElsewhereTitle,
  MagicLinkPage,
  magicLinkTitle,
  MagicSignInPage,
  magicSignInTitle,
} from '../../../libs/authentication/src/pages/magic-link.page.js';

const productName = 'Gatehouse';
const email = 'reader@example.org';
const form = { productName, action: '/link/submit', csrf: 'sample-token' };

const sample = (title: string, body: VNode, invalid = false): { readonly page: Page; readonly body: VNode } => ({
  page: { title, productName, invalid },
  body,
});

/** The pages of a sign-in by mail and of an invite. */
export const mailSignInPages = {
  'magic-link': sample(magicLinkTitle, <MagicLinkPage {...form} />),
  'magic-link-errors': sample(
    magicLinkTitle,
    <MagicLinkPage {...form} email="reader@" errors={{ email: 'This is not an e-mail address.' }} />,
    true,
  ),
  'magic-code': sample(magicCodeTitle, <MagicCodePage {...form} email={email} />),
  'magic-code-errors': sample(
    magicCodeTitle,
    <MagicCodePage {...form} email={email} errors={{ code: 'This code is wrong, or was used already.' }} />,
    true,
  ),
  'magic-sign-in': sample(magicSignInTitle, <MagicSignInPage {...form} email={email} />),
  'magic-elsewhere': sample(magicElsewhereTitle, <MagicElsewherePage productName={productName} />),
  invite: sample(
    inviteTitle(productName),
    <InvitePage {...form} email={email} inviter="Grace Hopper" minimumLength={15} />,
  ),
  'invite-errors': sample(
    inviteTitle(productName),
    <InvitePage
      {...form}
      email={email}
      inviter={null}
      minimumLength={15}
      name="Ada Lovelace"
      username="ada lovelace"
      errors={{
        username: 'A user name has 3 to 32 letters, digits, dots, dashes or underscores.',
        repeatPassword: 'The two passwords differ.',
      }}
    />,
    true,
  ),
  'invite-accepted': sample(
    inviteAcceptedTitle,
    <InviteAcceptedPage productName={productName} email={email} signInUrl="/sign-in" />,
  ),
};
