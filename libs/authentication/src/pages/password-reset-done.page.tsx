import type { VNode } from 'preact';
import { Card, Emblem, Heading, Lead, LinkButton, Opening } from '@app/pages';

export const passwordResetDoneTitle = 'Your password is changed';

/** After the button of ResetPasswordPage. */
export function PasswordResetDonePage(props: {
  readonly productName: string;
  readonly signInUrl?: string | undefined;
}): VNode {
  return (
    <Card>
      <Opening>
        <Emblem drawing="check" tone="success" />
        <Heading>{passwordResetDoneTitle}</Heading>
        <Lead>We signed you out of {props.productName} everywhere. Sign in again with your new password.</Lead>
      </Opening>
      {props.signInUrl === undefined ? null : <LinkButton label="Sign in" href={props.signInUrl} />}
    </Card>
  );
}
