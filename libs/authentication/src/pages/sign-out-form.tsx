import type { VNode } from 'preact';
import { Button, Form } from '@app/pages';

/** The way out, on every page for somebody signed in (ASVS 7.4.4). Its token is that of the session. */
export function SignOutForm({ csrf }: { readonly csrf: string }): VNode {
  return (
    <Form action="/sign-out" csrf={csrf}>
      <Button label="Sign out" quiet />
    </Form>
  );
}
