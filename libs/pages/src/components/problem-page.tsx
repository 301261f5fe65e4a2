import type { VNode } from 'preact';
import { Aside, Card, Emblem, Heading, Lead, Opening } from './card.js';
import { Code } from './facts.js';

/** What a browser is shown in place of a problem+json answer: one sentence, and the id to quote to the operator. */
export function ProblemPage(props: {
  readonly title: string;
  readonly detail: string;
  readonly requestId?: string | undefined;
}): VNode {
  return (
    <Card>
      <Opening>
        <Emblem drawing="alert" tone="warning" />
        <Heading>{props.title}</Heading>
        <Lead>{props.detail}</Lead>
      </Opening>
      {props.requestId === undefined ? null : (
        <Aside>
          If you ask for help, quote <Code value={props.requestId} />.
        </Aside>
      )}
    </Card>
  );
}
