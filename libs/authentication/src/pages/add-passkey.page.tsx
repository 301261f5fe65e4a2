import type { VNode } from 'preact';
import {
  Card,
  CodeList,
  Emblem,
  Field,
  hasErrors,
  Heading,
  Lead,
  LinkButton,
  Links,
  Notice,
  Opening,
  type PageLink,
  PasskeyForm,
  PasskeyMissing,
} from '@app/pages';
import type { FormPage } from './form-page.js';
import { SignOutForm } from './sign-out-form.js';

export const addPasskeyTitle = 'Add a passkey';
export const passkeyAddedTitle = 'Your passkey is ready';

/** Makes a passkey on this device or on a security key. Fields: name, response. */
export function AddPasskeyPage(
  props: FormPage & {
    readonly email: string;
    readonly name: string;
    readonly notNow: string;
    /** The token of the form that signs out. */
    readonly signOut: string;
  },
): VNode {
  const { errors } = props;
  return (
    <Card>
      <Opening>
        <Emblem drawing="key" tone="accent" />
        <Heading>{addPasskeyTitle}</Heading>
        <Lead>
          Next time, sign in as <strong>{props.email}</strong> with your finger, your face or a PIN instead of a
          password. {props.productName} never sees those: the passkey stays on your device or in your password manager.
        </Lead>
      </Opening>
      <PasskeyForm action={props.action} csrf={props.csrf} errors={errors} use="create" label="Create passkey">
        <Field
          name="name"
          type="text"
          label="Name"
          hint="So that you know later which device it is on."
          autocomplete="off"
          value={props.name}
          error={errors?.['name']}
          autofocus={!hasErrors(errors)}
        />
      </PasskeyForm>
      <PasskeyMissing instead="Open this page in a browser and on a device that can, with JavaScript turned on." />
      <Links links={[{ label: 'Not now', href: props.notNow }]} />
      <SignOutForm csrf={props.signOut} />
    </Card>
  );
}

/** After the passkey was made. The only page that ever shows these backup codes. */
export function PasskeyAddedPage(props: {
  readonly name: string;
  /** null where the account has codes already. */
  readonly backupCodes: readonly string[] | null;
  readonly goOn: PageLink;
  readonly signOut: string;
}): VNode {
  return (
    <Card>
      <Opening>
        <Emblem drawing="check" tone="success" />
        <Heading>{passkeyAddedTitle}</Heading>
        <Lead>
          “{props.name}” signs you in from now on, without a password. After a password it is asked for as the second
          step.
        </Lead>
      </Opening>
      {props.backupCodes === null ? null : (
        <>
          <Notice tone="warning" title="Keep these backup codes">
            <p>
              They are shown only now. If you lose your passkey, each of them works once as the second step. Print them,
              or put them where you keep other important papers.
            </p>
          </Notice>
          <CodeList label="Your backup codes" codes={props.backupCodes} />
        </>
      )}
      <LinkButton {...props.goOn} />
      <SignOutForm csrf={props.signOut} />
    </Card>
  );
}
