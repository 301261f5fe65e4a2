import type { VNode } from 'preact';
import { Card, Emblem, Heading, Lead, LinkButton, Opening, Steps } from '@app/pages';

export const notMeDoneTitle = 'Nobody is signed in any more';

/** After the button of NotMePage. */
export function NotMeDonePage(props: {
  readonly productName: string;
  readonly resetMailed: boolean;
  readonly resetUrl: string;
}): VNode {
  return (
    <Card>
      <Opening>
        <Emblem drawing="check" tone="success" />
        <Heading>{notMeDoneTitle}</Heading>
        <Lead>We signed everybody out of your {props.productName} account, and its password no longer works.</Lead>
      </Opening>
      <Steps
        steps={[
          props.resetMailed
            ? 'Open the mail that is on its way to you, and choose a new password that you use nowhere else.'
            : 'Choose a new password, if you use one, that you use nowhere else.',
          'Sign in, and look through your account: remove passkeys and other sign-in steps that are not yours.',
          'Is the e-mail address of your account no longer yours? Tell the people who run this service.',
        ]}
      />
      <LinkButton label="Reset your password" href={props.resetUrl} />
    </Card>
  );
}
