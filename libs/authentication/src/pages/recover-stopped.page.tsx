import type { VNode } from 'preact';
import { Card, Emblem, Heading, Lead, Opening, Steps } from '@app/pages';

export const recoverStoppedTitle = 'The reset is stopped';

/** After the button that stops a reset. */
export function RecoverStoppedPage({ productName }: { readonly productName: string }): VNode {
  return (
    <Card>
      <Opening>
        <Emblem drawing="check" tone="success" />
        <Heading>{recoverStoppedTitle}</Heading>
        <Lead>Your second sign-in steps stay as they are, and the link has ended.</Lead>
      </Opening>
      <Steps
        steps={[
          `If you did not ask for the reset, tell the people who run ${productName}: somebody may have pretended to be you.`,
          'If somebody else may know your password, change it.',
        ]}
      />
    </Card>
  );
}
