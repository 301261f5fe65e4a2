import type { VNode } from 'preact';
import {
  Button,
  Card,
  Emblem,
  Field,
  Form,
  hasErrors,
  Heading,
  Lead,
  Links,
  Opening,
  type PageLink,
  PasskeyForm,
  PasskeyMissing,
} from '@app/pages';
import type { SecondFactor } from '@app/users';
import type { FormPage } from './form-page.js';

export const secondFactorTitle = 'One more step';

type CodeMethod = Exclude<SecondFactor, 'passkey'>;

const codes: Readonly<Record<CodeMethod, { readonly lead: string; readonly label: string; readonly hint: string }>> = {
  totp: {
    lead: 'Open your authenticator app and type the code that it shows.',
    label: 'Code',
    hint: 'Six digits; a new code every 30 seconds.',
  },
  backup_code: {
    lead: 'Type one of the backup codes that you kept. Each works once.',
    label: 'Backup code',
    hint: 'Dashes and capitals do not matter.',
  },
};

const leads: Readonly<Record<SecondFactor, string>> = {
  totp: codes.totp.lead,
  backup_code: codes.backup_code.lead,
  passkey: 'Use the passkey that you added to your account.',
};

const others: Readonly<Record<SecondFactor, string>> = {
  totp: 'Use a code from your authenticator app',
  backup_code: 'Use a backup code',
  passkey: 'Use a passkey',
};

/** The second step of a sign-in. Fields: method, code. */
export function SecondFactorPage(
  props: FormPage & {
    readonly methods: readonly SecondFactor[];
    /** The one of them that is asked for. */
    readonly method: SecondFactor;
  },
): VNode {
  const { action, method } = props;
  const other: PageLink[] = props.methods
    .filter((offered) => offered !== method)
    .map((offered) => ({ label: others[offered], href: `${action}?with=${offered}` }));
  return (
    <Card>
      <Opening>
        <Emblem drawing="shield" tone="accent" />
        <Heading>{secondFactorTitle}</Heading>
        <Lead>{leads[method]}</Lead>
      </Opening>
      {method === 'passkey' ? (
        <ByPasskey form={props} alone={other.length === 0} />
      ) : (
        <CodeForm form={props} method={method} />
      )}
      <Links links={[...other, { label: 'Use another account', href: '/flow/sign-in' }]} />
    </Card>
  );
}

function ByPasskey({ form, alone }: { readonly form: FormPage; readonly alone: boolean }): VNode {
  return (
    <>
      <PasskeyForm action={form.action} csrf={form.csrf} errors={form.errors} use="get" label="Use your passkey">
        <input type="hidden" name="method" value="passkey" />
      </PasskeyForm>
      <PasskeyMissing
        instead={
          alone ? 'Sign in on a device and browser that can.' : 'Go on in another way below, or on another device.'
        }
      />
    </>
  );
}

function CodeForm({ form, method }: { readonly form: FormPage; readonly method: CodeMethod }): VNode {
  const { errors } = form;
  const { label, hint } = codes[method];
  return (
    <Form action={form.action} csrf={form.csrf} errors={errors}>
      <input type="hidden" name="method" value={method} />
      <Field
        name="code"
        type="text"
        label={label}
        hint={hint}
        inputmode={method === 'totp' ? 'numeric' : 'text'}
        autocomplete={method === 'totp' ? 'one-time-code' : 'off'}
        error={errors?.['code']}
        autofocus={!hasErrors(errors)}
      />
      <Button label="Go on" />
    </Form>
  );
}
