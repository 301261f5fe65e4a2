import type { VNode } from 'preact';
import { Aside, Card, Code, Heading, Lead, Opening } from '@app/pages';

export const providerErrorTitle = 'This request cannot go on';

/** What a browser shows of a request that cannot be answered by sending it back to the client. */
export function ProviderErrorPage({
  error,
  description,
}: {
  readonly error: string;
  readonly description: string;
}): VNode {
  return (
    <Card>
      <Opening>
        <Heading>{providerErrorTitle}</Heading>
        <Lead>The application that sent you here asked for something in a way that does not work.</Lead>
      </Opening>
      <p>Go back to the application and try again.</p>
      <Aside>
        Whoever looks after it will want to know this: <Code value={`${error}: ${description}`} />
      </Aside>
    </Card>
  );
}
