import type { VNode } from 'preact';
import { Card, Emblem, Heading, Lead, Opening, Steps } from '@app/pages';

export const linkExpiredTitle = 'This link no longer works';

/** What a link was for, as its address says; the token may never have existed. */
export type LinkPurpose =
  'verify_email' | 'reset_password' | 'confirm_email' | 'first_admin' | 'recover' | 'magic_link' | 'invite' | 'not_me';

const nextSteps: Readonly<Record<LinkPurpose, readonly string[]>> = {
  verify_email: [
    'Perhaps your address is confirmed already: try to sign in.',
    'If that fails, sign up again with the same address. You get a new link.',
  ],
  reset_password: [
    'If you have chosen a new password already, sign in with it.',
    'Otherwise use “Forgot password” where you sign in. You get a new link.',
  ],
  confirm_email: [
    'Perhaps the change is done already: try to sign in with your new address.',
    'If that fails, change your address again in your account. You get a new link.',
  ],
  magic_link: [
    'Perhaps you are signed in already: look where you asked for the link.',
    'If not, ask for a new mail where you sign in. A link lives for ten minutes.',
  ],
  invite: ['If you have opened your account already, sign in.', 'Otherwise ask whoever invited you for a new invite.'],
  recover: [
    'Perhaps the reset is done already: sign in with your password.',
    'If it was stopped, or its time is over, ask an administrator for a new one.',
  ],
  not_me: [
    'If you have pressed its button before, everybody is signed out already.',
    'Otherwise sign in, change your password, and end the sessions that are not yours.',
  ],
  first_admin: ['If the administrator exists already, sign in.', 'Otherwise restart the server. It prints a new link.'],
};

/** One page for links that are unknown, expired or used: which of them, it does not tell. */
export function LinkExpiredPage({ purpose }: { readonly purpose?: LinkPurpose | undefined }): VNode {
  return (
    <Card>
      <Opening>
        <Emblem drawing="clock" tone="warning" />
        <Heading>{linkExpiredTitle}</Heading>
        <Lead>A link works once and for a limited time. Nothing is wrong with your account.</Lead>
      </Opening>
      <Steps
        steps={
          purpose === undefined
            ? ['Go back to where you asked for the link, and ask for a new one.']
            : nextSteps[purpose]
        }
      />
    </Card>
  );
}
