import type { VNode } from 'preact';
import { Button, Card, Emblem, Field, Form, hasErrors, Heading, Lead, Links, Opening, PasskeyForm } from '@app/pages';
import type { FormPage } from './form-page.js';

/** Its title says whether somebody is signed in already. */
export const signInTitle = (again: boolean): string => (again ? 'Confirm that it is you' : 'Sign in');

/** The first step of a sign-in. Fields: identifier, password. */
export function SignInPage(
  props: FormPage & {
    /** Typed before, or known from elsewhere. */
    readonly identifier?: string | undefined;
    /** Who is signed in, where they have to prove it once more. */
    readonly again?: string | undefined;
    /** Where the answer of a passkey is posted to. */
    readonly passkeyAction: string;
  },
): VNode {
  const { errors, identifier = '' } = props;
  const calm = !hasErrors(errors);
  return (
    <Card>
      <Opening>
        <Emblem drawing="key" tone="accent" />
        <Heading>{signInTitle(props.again !== undefined)}</Heading>
        <Lead>
          {props.again === undefined ? (
            `Use your ${props.productName} account.`
          ) : (
            <>
              You are signed in as <strong>{props.again}</strong>. What comes next needs a fresh sign-in.
            </>
          )}
        </Lead>
      </Opening>
      <Form action={props.action} csrf={props.csrf} errors={errors}>
        <Field
          name="identifier"
          type="text"
          inputmode="email"
          label="E-mail address or user name"
          autocomplete="username webauthn"
          value={identifier}
          error={errors?.['identifier']}
          autofocus={calm && identifier === ''}
        />
        <Field
          name="password"
          type="password"
          label="Password"
          autocomplete="current-password"
          error={errors?.['password']}
          autofocus={calm && identifier !== ''}
        />
        <Button label="Sign in" />
      </Form>
      <PasskeyForm
        action={props.passkeyAction}
        csrf={props.csrf}
        use="get"
        autofill
        label="Sign in with a passkey"
        quiet
      />
      <Links
        links={[
          { label: 'E-mail me a link instead', href: '/flow/magic-link' },
          { label: 'Forgot your password?', href: '/flow/forgot-password' },
          { before: 'New here?', label: 'Create an account', href: '/flow/register' },
        ]}
      />
    </Card>
  );
}
