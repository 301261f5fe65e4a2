import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider';
import { Aside, Card, Code, Heading, Lead, pageHeaders, renderPage } from '@app/pages';
import type { VNode } from 'preact';

const title = 'This request cannot go on';

function ProviderErrorPage({ error, description }: { readonly error: string; readonly description: string }): VNode {
  return (
    <Card>
      <Heading>{title}</Heading>
      <Lead>The application that sent you here asked for something in a way that does not work.</Lead>
      <p>{description}</p>
      <Aside>
        Go back to the application and try again. Whoever looks after it will want to know this: <Code value={error} />
      </Aside>
    </Card>
  );
}

/** Shows in a browser what cannot be answered by sending it back to the client. */
export function renderProviderError(productName: string): (ctx: KoaContextWithOIDC, out: ErrorOut) => void {
  return (ctx, { error, error_description: description }) => {
    ctx.type = 'html';
    ctx.set(pageHeaders);
    ctx.body = renderPage({ title, productName }, ProviderErrorPage({ error, description: description ?? '' }));
  };
}
