import type { VNode } from 'preact';
import { Aside, Card, Emblem, FactList, Heading, Lead, Opening } from '@app/pages';
import { utcTime } from '../mails/event-facts.js';
import type { FormPage } from './form-page.js';
import { StopForm } from './recover-stop-form.js';

export const recoverPendingTitle = 'Not yet: this reset is waiting';

/** Where the link of a reset leads before it takes effect: it can only be stopped. */
export function RecoverPendingPage(
  props: FormPage & { readonly takesEffectAt: Date; readonly expiresAt: Date },
): VNode {
  return (
    <Card>
      <Opening>
        <Emblem drawing="clock" tone="accent" />
        <Heading>{recoverPendingTitle}</Heading>
        <Lead>
          An administrator asked to remove the second sign-in steps of your {props.productName} account. Did you ask for
          it? Then open the link of the mail again when its time has come.
        </Lead>
      </Opening>
      <FactList
        facts={[
          ['Works from', utcTime(props.takesEffectAt)],
          ['Works until', utcTime(props.expiresAt)],
        ]}
      />
      <Aside>Did you not ask for this? Stop it, and nothing changes.</Aside>
      <StopForm action={props.action} csrf={props.csrf} errors={props.errors} />
    </Card>
  );
}
