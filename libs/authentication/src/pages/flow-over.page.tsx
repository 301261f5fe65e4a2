import type { VNode } from 'preact';
import { Card, Emblem, Heading, Lead, LinkButton, Opening } from '@app/pages';

/** A page that cannot go on: what happened, and the one way on. */
export function FlowOverPage(props: {
  readonly title: string;
  readonly detail: string;
  readonly button: string;
  readonly href: string;
}): VNode {
  return (
    <Card>
      <Opening>
        <Emblem drawing="clock" tone="warning" />
        <Heading>{props.title}</Heading>
        <Lead>{props.detail}</Lead>
      </Opening>
      <LinkButton label={props.button} href={props.href} />
    </Card>
  );
}
