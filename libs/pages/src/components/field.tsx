import type { VNode } from 'preact';
import { fieldId } from './form.js';

interface Common {
  readonly name: string;
  readonly label: string;
  /** The WHATWG autofill name, by which browsers and password managers know the field. */
  readonly autocomplete:
    'username' | 'username webauthn' | 'email' | 'current-password' | 'new-password' | 'one-time-code' | 'off';
  /** The keyboard that a phone shows. */
  readonly inputmode?: 'numeric' | 'email' | 'text';
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  readonly minlength?: number;
  readonly autofocus?: boolean;
  readonly optional?: boolean;
}

/** A password is never sent back to the browser, so its field has no value. */
export type FieldProps = Common &
  (
    | { readonly type: 'password' }
    | { readonly type: 'email' | 'text'; readonly value?: string | undefined; readonly readonly?: boolean }
  );

function Entry(props: {
  readonly field: FieldProps;
  readonly id: string;
  readonly described: string | undefined;
}): VNode {
  const { field, id, described } = props;
  const shared = {
    id,
    name: field.name,
    autocomplete: field.autocomplete,
    required: !field.optional,
    minlength: field.minlength,
    autofocus: field.autofocus,
    inputmode: field.inputmode,
    'aria-invalid': field.error ? true : undefined,
    'aria-describedby': described,
    autocapitalize: 'none' as const,
    autocorrect: 'off',
    spellcheck: false,
  };
  if (field.type === 'password') return <input type="password" {...shared} />;
  const shown = { ...shared, value: field.value, readonly: field.readonly };
  return field.type === 'email' ? <input type="email" {...shown} /> : <input type="text" {...shown} />;
}

/**
 * One labelled input with its hint and its fault. There is no maxlength: browsers cut what is pasted, and a password
 * that was cut in silence is not the one its owner keeps.
 */
export function Field(props: FieldProps): VNode {
  const id = fieldId(props.name);
  const described = [props.error && `${id}-error`, props.hint && `${id}-hint`].filter(Boolean).join(' ');
  return (
    <div class="field">
      <label for={id}>
        {props.label}
        {props.optional ? ' (optional)' : ''}
      </label>
      {props.hint ? (
        <p class="hint" id={`${id}-hint`}>
          {props.hint}
        </p>
      ) : null}
      {props.error ? (
        <p class="fault" id={`${id}-error`}>
          {props.error}
        </p>
      ) : null}
      <Entry field={props} id={id} described={described || undefined} />
    </div>
  );
}
