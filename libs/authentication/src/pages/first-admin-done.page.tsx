import type { VNode } from 'preact';
import { Card, Emblem, Heading, Lead, LinkButton, Opening } from '@app/pages';

/** Its title needs the product's name. */
export const firstAdminDoneTitle = (productName: string): string => `${productName} is yours`;

/** After the button of FirstAdminPage. */
export function FirstAdminDonePage(props: {
  readonly productName: string;
  readonly email: string;
  readonly signInUrl?: string | undefined;
}): VNode {
  return (
    <Card>
      <Opening>
        <Emblem drawing="check" tone="success" />
        <Heading>{firstAdminDoneTitle(props.productName)}</Heading>
        <Lead>
          The administrator <strong>{props.email}</strong> is created, and the link you used has ended. Sign in with
          your new password.
        </Lead>
      </Opening>
      {props.signInUrl === undefined ? null : <LinkButton label="Sign in" href={props.signInUrl} />}
    </Card>
  );
}
