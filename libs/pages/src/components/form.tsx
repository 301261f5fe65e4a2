import type { ComponentChildren, VNode } from 'preact';
import { ownPath } from '../addresses.js';

/** The name of the hidden field that every form carries. */
export const csrfField = 'csrf';

/** What is wrong with a form: field name → sentence. A fault of no single field has the name `form`. */
export type FormErrors = Readonly<Record<string, string>>;

/** The id of a field's input; the error summary links to it. */
export const fieldId = (name: string): string => `field-${name}`;

/** True where a form has to be shown again with what is wrong. */
export const hasErrors = (errors: FormErrors | undefined): errors is FormErrors =>
  errors !== undefined && Object.keys(errors).length > 0;

/**
 * Says above the form what is wrong and leads to each field. It takes the focus when the page opens (WCAG 3.3.1),
 * so no field of a form with errors may have `autofocus`.
 */
export function ErrorSummary({ errors }: { readonly errors: FormErrors }): VNode {
  return (
    <div class="notice notice-danger" role="alert" aria-labelledby="error-summary" tabindex={-1} autofocus>
      <p class="notice-title" id="error-summary">
        Please check this first
      </p>
      <ul>
        {Object.entries(errors).map(([name, fault]) => (
          <li key={name}>{name === 'form' ? fault : <a href={`#${fieldId(name)}`}>{fault}</a>}</li>
        ))}
      </ul>
    </div>
  );
}

/** A form that posts to this server, with its CSRF token and, after a failed attempt, the error summary. */
export function Form(props: {
  readonly action: string;
  readonly csrf: string;
  readonly errors?: FormErrors | undefined;
  readonly children: ComponentChildren;
}): VNode {
  return (
    <form method="post" action={ownPath(props.action)}>
      {hasErrors(props.errors) ? <ErrorSummary errors={props.errors} /> : null}
      <input type="hidden" name={csrfField} value={props.csrf} autocomplete="off" />
      {props.children}
    </form>
  );
}
