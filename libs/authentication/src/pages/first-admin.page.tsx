import type { VNode } from 'preact';
import { Button, Card, Emblem, Field, Form, hasErrors, Heading, Lead, Opening } from '@app/pages';
import type { FormPage } from './form-page.js';
import { NewPasswordFields } from './new-password-fields.js';

export const firstAdminTitle = 'Create the first administrator';

/** Where the one-time link of a new installation leads. Fields: email, newPassword, repeatPassword. */
export function FirstAdminPage(
  props: FormPage & {
    readonly minimumLength: number;
    /** What was typed before, when the form comes back with errors. */
    readonly email?: string | undefined;
  },
): VNode {
  const { errors } = props;
  return (
    <Card>
      <Opening>
        <Emblem drawing="shield" tone="accent" />
        <Heading>{firstAdminTitle}</Heading>
        <Lead>{props.productName} is running and has no users yet. The account you open here manages all others.</Lead>
      </Opening>
      <Form action={props.action} csrf={props.csrf} errors={errors}>
        <Field
          name="email"
          type="email"
          label="E-mail address"
          autocomplete="username"
          value={props.email}
          error={errors?.['email']}
          autofocus={!hasErrors(errors)}
        />
        <NewPasswordFields minimumLength={props.minimumLength} errors={errors} />
        <Button label="Create administrator" />
      </Form>
    </Card>
  );
}
