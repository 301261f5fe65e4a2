import type { VNode } from 'preact';
import { Aside, Button, Card, Code, FactList, Field, Heading, Lead, Notice, Opening } from '@app/pages';
import { ProviderForm, type ProviderFormProps } from './provider-form.js';

export const deviceTitle = 'Connect a device';
export const deviceDoneTitle = 'Your device is connected';

/** Asks for the code that a device shows (RFC 8628 section 3.3). */
export function DeviceCodePage(props: ProviderFormProps & { readonly fault: string | undefined }): VNode {
  return (
    <Card>
      <Opening>
        <Heading>{deviceTitle}</Heading>
        <Lead>Type the code that your device shows.</Lead>
      </Opening>
      {props.fault === undefined ? null : <Notice tone="danger" title={props.fault} />}
      <ProviderForm action={props.action} xsrf={props.xsrf}>
        <Field name="user_code" label="Code" type="text" autocomplete="off" autofocus />
        <Button label="Go on" />
      </ProviderForm>
      <Aside>Somebody sent you a code? Do not type it: with it they would sign in as you.</Aside>
    </Card>
  );
}

/** Shows the code again, with what asks, so that nobody connects a stranger's device (RFC 8628 section 5.4). */
export function DeviceConfirmPage(
  props: ProviderFormProps & {
    readonly clientName: string;
    readonly userCode: string;
    readonly address: string;
    readonly userAgent: string;
  },
): VNode {
  const fields = { user_code: props.userCode };
  return (
    <Card>
      <Opening>
        <Heading>Connect {props.clientName}?</Heading>
        <Lead>
          Go on only if the device before you shows <Code value={props.userCode} large />
        </Lead>
      </Opening>
      <FactList
        caption="The device says of itself:"
        facts={[
          ['Address', props.address],
          ['Device', props.userAgent],
        ]}
      />
      <ProviderForm action={props.action} xsrf={props.xsrf} fields={{ ...fields, confirm: 'yes' }}>
        <Button label="Connect it" />
      </ProviderForm>
      <ProviderForm action={props.action} xsrf={props.xsrf} fields={{ ...fields, abort: 'yes' }}>
        <Button label="This is not my device" quiet />
      </ProviderForm>
    </Card>
  );
}

export function DeviceDonePage({ clientName }: { readonly clientName: string }): VNode {
  return (
    <Card>
      <Opening>
        <Heading>{deviceDoneTitle}</Heading>
        <Lead>{clientName} goes on by itself. You can close this page.</Lead>
      </Opening>
    </Card>
  );
}
