import type { VNode } from 'preact';
import { Button, Card, Emblem, Field, Form, hasErrors, Heading, Lead, LinkButton, Opening } from '@app/pages';
import type { FormPage } from './form-page.js';
import { NewPasswordFields } from './new-password-fields.js';

/** Its title needs the product's name. */
export const inviteTitle = (productName: string): string => `Join ${productName}`;
export const inviteAcceptedTitle = 'Your account is open';

/** Where an invite leads. Fields: email (fixed), name, username, newPassword, repeatPassword. */
export function InvitePage(
  props: FormPage & {
    readonly email: string;
    /** Who invited, where they have a name. */
    readonly inviter: string | null;
    readonly minimumLength: number;
    /** Typed before, when the form comes back with errors. */
    readonly name?: string | undefined;
    readonly username?: string | undefined;
  },
): VNode {
  const { errors, inviter, productName } = props;
  return (
    <Card>
      <Opening>
        <Emblem drawing="mail" tone="accent" />
        <Heading>{inviteTitle(productName)}</Heading>
        <Lead>
          {inviter === null ? 'You are invited' : `${inviter} invites you`} to open an account. Choose a password, and
          it is yours.
        </Lead>
      </Opening>
      <Form action={props.action} csrf={props.csrf} errors={errors}>
        <Field name="email" type="email" label="E-mail address" autocomplete="username" value={props.email} readonly />
        <Field
          name="name"
          type="text"
          label="Your name"
          autocomplete="off"
          value={props.name}
          error={errors?.['name']}
          autofocus={!hasErrors(errors)}
          optional
        />
        <Field
          name="username"
          type="text"
          label="User name"
          hint="3 to 32 letters, digits, dots, dashes or underscores. Others can see it."
          autocomplete="off"
          value={props.username}
          error={errors?.['username']}
          optional
        />
        <NewPasswordFields minimumLength={props.minimumLength} errors={errors} />
        <Button label="Open my account" />
      </Form>
    </Card>
  );
}

/** After the button of InvitePage. */
export function InviteAcceptedPage(props: {
  readonly productName: string;
  readonly email: string;
  readonly signInUrl?: string | undefined;
}): VNode {
  return (
    <Card>
      <Opening>
        <Emblem drawing="check" tone="success" />
        <Heading>{inviteAcceptedTitle}</Heading>
        <Lead>
          Welcome to {props.productName}. Sign in with <strong>{props.email}</strong> and your new password.
        </Lead>
      </Opening>
      {props.signInUrl === undefined ? null : <LinkButton label="Sign in" href={props.signInUrl} />}
    </Card>
  );
}
