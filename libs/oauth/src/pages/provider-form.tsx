import type { ComponentChildren, VNode } from 'preact';
import { ownPath } from '@app/pages';

/** A form that the provider itself takes: its token against forgery is a field called `xsrf`. */
export function ProviderForm(props: {
  readonly action: string;
  readonly xsrf: string;
  readonly fields?: Readonly<Record<string, string>>;
  readonly children: ComponentChildren;
}): VNode {
  const hidden = { xsrf: props.xsrf, ...props.fields };
  return (
    <form method="post" action={ownPath(props.action)}>
      {Object.entries(hidden).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} autocomplete="off" />
      ))}
      {props.children}
    </form>
  );
}

/** What a provider's form is made with. */
export interface ProviderFormProps {
  readonly productName: string;
  readonly action: string;
  readonly xsrf: string;
}
