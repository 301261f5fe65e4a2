import type { VNode } from 'preact';
import { Field, hasErrors, type FormErrors } from '@app/pages';

/** The names of the two fields. */
export const newPasswordFields = { password: 'newPassword', repeat: 'repeatPassword' } as const;

/**
 * A new password, typed twice: without JavaScript there is no way to show what was typed, and a slip would lock its
 * owner out.
 */
export function NewPasswordFields(props: {
  readonly minimumLength: number;
  readonly errors?: FormErrors | undefined;
  /** The password is the first thing to fill in. */
  readonly autofocus?: boolean;
}): VNode {
  const { minimumLength, errors } = props;
  return (
    <>
      <Field
        name={newPasswordFields.password}
        type="password"
        label="New password"
        autocomplete="new-password"
        minlength={minimumLength}
        hint={`At least ${minimumLength} characters. A few unrelated words work well, spaces and all.`}
        error={errors?.[newPasswordFields.password]}
        autofocus={props.autofocus === true && !hasErrors(errors)}
      />
      <Field
        name={newPasswordFields.repeat}
        type="password"
        label="The same password again"
        autocomplete="new-password"
        error={errors?.[newPasswordFields.repeat]}
      />
    </>
  );
}
