import type { VNode } from 'preact';
import { Card, Emblem, Heading, Lead, Opening } from '@app/pages';

export const emailChangedTitle = 'Your address is changed';

/** After the button of ConfirmNewEmailPage. */
export function EmailChangedPage(props: { readonly productName: string; readonly email: string }): VNode {
  return (
    <Card>
      <Opening>
        <Emblem drawing="check" tone="success" />
        <Heading>{emailChangedTitle}</Heading>
        <Lead>
          You now sign in to {props.productName} with <strong>{props.email}</strong>.
        </Lead>
      </Opening>
    </Card>
  );
}
