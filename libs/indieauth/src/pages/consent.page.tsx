import type { VNode } from 'preact';
import { Aside, Button, Card, Choices, Code, Form, Heading, Lead, Notice, Opening, Steps } from '@app/pages';

export const consentTitle = 'Sign in with your domain?';

export interface ConsentPageProps {
  readonly action: string;
  readonly csrf: string;
  readonly clientName: string;
  readonly clientId: string;
  /** Another host than the client's own, which it says is its home. */
  readonly foreignHome: string | undefined;
  /** Where the answer goes, if not to the client's own host. */
  readonly foreignTarget: string | undefined;
  /** Sentences, one for each thing that is asked for. */
  readonly asked: readonly string[];
  /** Pages that the user has proved, as any of which they can sign in. */
  readonly mes: readonly string[];
  readonly hint: string | undefined;
}

/** Asks whether, and as whom, somebody signs in at a client, and what it may do. */
export function ConsentPage(props: ConsentPageProps): VNode {
  const { clientName, clientId, action, csrf, mes } = props;
  return (
    <Card>
      <Opening>
        <Heading>Sign in to {clientName}?</Heading>
        <Lead>
          It is the application at <Code value={clientId} />. Go on only if that is where you came from.
        </Lead>
      </Opening>
      {props.foreignHome === undefined ? null : (
        <Notice tone="warning" title="It calls another place its home">
          <p>
            It says that it belongs to {props.foreignHome}, but it runs at {new URL(clientId).host}.
          </p>
        </Notice>
      )}
      {props.foreignTarget === undefined ? null : (
        <Notice tone="warning" title="Your answer goes elsewhere">
          <p>It is sent to {props.foreignTarget}.</p>
        </Notice>
      )}
      <Steps steps={props.asked} />
      {mes.length === 0 ? (
        <Notice tone="warning" title="You have no page to sign in with yet">
          <p>Prove in your account that a domain is yours. Then come back here from the application.</p>
        </Notice>
      ) : (
        <Form action={action} csrf={csrf}>
          <Choices name="me" legend="Sign in as" options={mes} chosen={props.hint} />
          <Button label="Allow" />
        </Form>
      )}
      <Form action={`${action}/deny`} csrf={csrf}>
        <Button label="Deny" quiet />
      </Form>
      <Aside>
        This is asked every time. What you allow ends within a year, or when you take it back in your account.
      </Aside>
    </Card>
  );
}
