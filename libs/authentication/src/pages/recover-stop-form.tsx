import type { VNode } from 'preact';
import { Button, Form, type FormErrors } from '@app/pages';

/** The value of the field `intent` in the form that stops a reset. */
export const stopIntent = 'stop';

/** The form that stops a reset. */
export function StopForm(props: {
  readonly action: string;
  readonly csrf: string;
  readonly errors?: FormErrors | undefined;
  readonly quiet?: boolean;
}): VNode {
  return (
    <Form action={props.action} csrf={props.csrf} errors={props.errors}>
      <input type="hidden" name="intent" value={stopIntent} autocomplete="off" />
      <Button label="Stop this" quiet={props.quiet ?? false} />
    </Form>
  );
}
