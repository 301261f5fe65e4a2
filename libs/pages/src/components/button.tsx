import type { VNode } from 'preact';
import { linkTarget } from '../addresses.js';

/** The button that sends the form it stands in. A page has one, and quiet ones for what is not its purpose. */
export function Button({ label, quiet = false }: { readonly label: string; readonly quiet?: boolean }): VNode {
  return (
    <button class={quiet ? 'button button-quiet' : 'button'} type="submit">
      {label}
    </button>
  );
}

/** A link of a button's weight: it leads on, it changes nothing. */
export function LinkButton(props: { readonly label: string; readonly href: string; readonly quiet?: boolean }): VNode {
  return (
    <a class={props.quiet ? 'button button-quiet' : 'button'} href={linkTarget(props.href)}>
      {props.label}
    </a>
  );
}
