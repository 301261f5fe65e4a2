import type { VNode } from 'preact';
import { Aside, Button, Card, Emblem, Field, Form, hasErrors, Heading, Lead, Links, Opening, Steps } from '@app/pages';
import type { FormPage } from './form-page.js';

export const magicLinkTitle = 'Sign in by e-mail';
export const magicCodeTitle = 'Check your mail';
export const magicSignInTitle = 'Sign in';
export const magicElsewhereTitle = 'Open it where you asked';

/** Asks for the mail to sign in with. Field: email. */
export function MagicLinkPage(props: FormPage & { readonly email?: string | undefined }): VNode {
  const { errors } = props;
  return (
    <Card>
      <Opening>
        <Emblem drawing="mail" tone="accent" />
        <Heading>{magicLinkTitle}</Heading>
        <Lead>We mail you a link and a code. Either of them signs you in, here in this browser.</Lead>
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
        <Button label="Send the mail" />
      </Form>
      <Links links={[{ label: 'Back to sign-in', href: '/flow/sign-in' }]} />
    </Card>
  );
}

/** After MagicLinkPage, the same whether an account is behind the address or not. Field: code. */
export function MagicCodePage(props: FormPage & { readonly email: string }): VNode {
  const { errors } = props;
  return (
    <Card>
      <Opening>
        <Emblem drawing="mail" tone="accent" />
        <Heading>{magicCodeTitle}</Heading>
        <Lead>
          If <strong>{props.email}</strong> has an account, a mail is on its way. Open its link in this browser, or type
          its code here.
        </Lead>
      </Opening>
      <Form action={props.action} csrf={props.csrf} errors={errors}>
        <Field
          name="code"
          type="text"
          label="Code"
          hint="Eight letters and digits; dashes and capitals do not matter."
          autocomplete="one-time-code"
          error={errors?.['code']}
          autofocus={!hasErrors(errors)}
        />
        <Button label="Sign in" />
      </Form>
      <Aside>Link and code work for ten minutes. Nothing there? Look into the spam folder, too.</Aside>
      <Links
        links={[
          { label: 'Ask for another mail', href: '/flow/magic-link' },
          { label: 'Use your password', href: '/flow/sign-in' },
        ]}
      />
    </Card>
  );
}

/** Where the link leads, in the browser that asked. Mail scanners open links too, so only the button signs in. */
export function MagicSignInPage(props: FormPage & { readonly email: string }): VNode {
  return (
    <Card>
      <Opening>
        <Emblem drawing="key" tone="accent" />
        <Heading>{magicSignInTitle}</Heading>
        <Lead>
          Press the button to sign in to your {props.productName} account as <strong>{props.email}</strong>.
        </Lead>
      </Opening>
      <Form action={props.action} csrf={props.csrf} errors={props.errors}>
        <Button label="Sign in" />
      </Form>
      <Aside>Did you not ask for this? Close the page, and nothing happens.</Aside>
    </Card>
  );
}

/** Where the link leads in any other browser. It stays good. */
export function MagicElsewherePage({ productName }: { readonly productName: string }): VNode {
  return (
    <Card>
      <Opening>
        <Emblem drawing="shield" tone="warning" />
        <Heading>{magicElsewhereTitle}</Heading>
        <Lead>
          This link signs in to {productName} only in the browser where you asked for it, and this is another one. The
          link still works.
        </Lead>
      </Opening>
      <Steps
        steps={[
          'Copy the link from the mail into the browser where you asked for it.',
          'Or type the code of the mail there, on the page that is waiting for it.',
          'Did you not ask for it? Then close this page, and give the code to nobody.',
        ]}
      />
    </Card>
  );
}
