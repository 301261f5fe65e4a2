import type { ComponentChildren, VNode } from 'preact';
import { ownPath } from '../addresses.js';
import { Button } from './button.js';
import { csrfField, ErrorSummary, type FormErrors, hasErrors } from './form.js';
import { Notice } from './notice.js';

/**
 * A form whose answer an authenticator gives, in the field `response`. Hidden until the passkey script finds that the
 * browser can: without it there would be nothing to send.
 */
export function PasskeyForm(props: {
  /** Where it posts to; `{action}/options` gives what the authenticator is asked for. */
  readonly action: string;
  readonly csrf: string;
  readonly use: 'get' | 'create';
  /** Whether passkeys are also offered in the input with autocomplete "webauthn". */
  readonly autofill?: boolean;
  readonly label: string;
  readonly quiet?: boolean;
  readonly errors?: FormErrors | undefined;
  /** Fields. */
  readonly children?: ComponentChildren;
}): VNode {
  const { use, errors, quiet = false } = props;
  return (
    <form method="post" action={ownPath(props.action)} data-passkey={use} data-autofill={props.autofill} hidden>
      {hasErrors(errors) ? <ErrorSummary errors={errors} /> : null}
      <input type="hidden" name={csrfField} value={props.csrf} autocomplete="off" />
      <input type="hidden" name="response" autocomplete="off" />
      {props.children}
      <Button label={props.label} quiet={quiet} />
      <p class="status" role="status" />
    </form>
  );
}

/** Stands in for a form that nobody can use here, and gives way to it: no script ran, or none that found passkeys. */
export function PasskeyMissing({ instead }: { readonly instead: string }): VNode {
  return (
    <div class="stand-in" data-passkey-missing>
      <Notice tone="warning" title="This browser cannot use passkeys here">
        <p>{instead}</p>
      </Notice>
    </div>
  );
}
