import type { VNode } from 'preact';
import { Aside, Button, Card, Code, FactList, type Facts, Form, Heading, Lead, Opening, Steps } from '@app/pages';

export const consentTitle = 'Allow access?';

export interface ConsentPageProps {
  readonly productName: string;
  readonly action: string;
  readonly csrf: string;
  readonly clientName: string;
  readonly clientId: string;
  /** Sentences, one for each thing that is asked for. */
  readonly asked: readonly string[];
  readonly email: string;
  /** Where the browser goes on to; undefined: nowhere else. */
  readonly leadsTo: string | undefined;
  /** Seconds that the access lasts at most; undefined: it ends with the session. */
  readonly lasts: number | undefined;
}

/** Asks who is signed in whether a client may have what it asks for. */
export function ConsentPage(props: ConsentPageProps): VNode {
  return (
    <Card>
      <Opening>
        <Heading>Allow {props.clientName}?</Heading>
        <Lead>
          {props.clientName} asks for your leave. You are signed in to {props.productName} as {props.email}.
        </Lead>
      </Opening>
      <Steps steps={props.asked} />
      <FactList facts={factsOf(props)} />
      <Form action={props.action} csrf={props.csrf}>
        <Button label="Allow" />
      </Form>
      <Form action={`${props.action}/deny`} csrf={props.csrf}>
        <Button label="Deny" quiet />
      </Form>
      <Aside>
        It calls itself <Code value={props.clientId} />. You can take this back at any time in your account.
      </Aside>
    </Card>
  );
}

const day = 86_400;

function factsOf({ leadsTo, lasts }: ConsentPageProps): Facts {
  const most = Math.max(1, Math.floor((lasts ?? 0) / day));
  const end = lasts === undefined ? 'When you sign out' : `After ${most} ${most === 1 ? 'day' : 'days'} at the latest`;
  return [...(leadsTo === undefined ? [] : [['Takes you to', leadsTo] as const]), ['Access ends', end]];
}
