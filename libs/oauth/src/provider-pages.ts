import type { VNode } from 'preact';
import type { Client, Configuration, ErrorOut, KoaContextWithOIDC } from 'oidc-provider';
import { headersTowards, renderPage } from '@app/pages';
import {
  DeviceCodePage,
  DeviceConfirmPage,
  DeviceDonePage,
  deviceDoneTitle,
  deviceTitle,
} from './pages/device.page.js';
import type { ProviderFormProps } from './pages/provider-form.js';
import { ProviderErrorPage, providerErrorTitle } from './pages/provider-error.page.js';
import { SignedOutOfProviderPage, signedOutTitle, SignOutPage, signOutTitle } from './pages/sign-out.page.js';

const nameOf = (client: Client): string => client.clientName ?? client.clientId;

/** The pages that the provider shows by itself, in our looks. */
export class ProviderPages {
  constructor(private readonly productName: string) {}

  readonly error: NonNullable<Configuration['renderError']> = (ctx, { error, error_description }: ErrorOut) => {
    this.show(ctx, providerErrorTitle, ProviderErrorPage({ error, description: error_description ?? '' }));
  };

  readonly signOut = (ctx: KoaContextWithOIDC): void => {
    const { client } = ctx.oidc;
    const props = { ...this.form(ctx, 'end_session_confirm'), clientName: client && nameOf(client) };
    const { postLogoutRedirectUri } = (ctx.oidc.session?.state ?? {}) as { postLogoutRedirectUri?: string };
    this.show(ctx, signOutTitle, SignOutPage(props), postLogoutRedirectUri);
  };

  readonly signedOut = (ctx: KoaContextWithOIDC): void => {
    this.show(ctx, signedOutTitle, SignedOutOfProviderPage());
  };

  readonly deviceCode = (ctx: KoaContextWithOIDC, _form: string, _out?: ErrorOut, fault?: Error): void => {
    const sentence = fault && (faults[fault.name] ?? 'This could not be done. Try it again.');
    this.show(ctx, deviceTitle, DeviceCodePage({ ...this.form(ctx, 'code_verification'), fault: sentence }));
  };

  readonly deviceConfirm = (
    ctx: KoaContextWithOIDC,
    _form: string,
    client: Client,
    device: { readonly ip?: unknown; readonly ua?: unknown },
    userCode: string,
  ): void => {
    const props = { clientName: nameOf(client), userCode, address: String(device.ip), userAgent: String(device.ua) };
    this.show(ctx, deviceTitle, DeviceConfirmPage({ ...this.form(ctx, 'code_verification'), ...props }));
  };

  readonly deviceDone = (ctx: KoaContextWithOIDC): void => {
    const { client } = ctx.oidc;
    this.show(ctx, deviceDoneTitle, DeviceDonePage({ clientName: client ? nameOf(client) : 'The device' }));
  };

  private form(ctx: KoaContextWithOIDC, route: string): ProviderFormProps {
    const { secret } = (ctx.oidc.session?.state ?? {}) as { secret?: string };
    const action = new URL(ctx.oidc.urlFor(route)).pathname;
    return { productName: this.productName, action, xsrf: secret ?? '' };
  }

  /** @param leadsTo where a form of it may end: Chromium holds the whole chain of redirects against `form-action` */
  private show(ctx: KoaContextWithOIDC, title: string, body: VNode, leadsTo?: string): void {
    ctx.type = 'html';
    ctx.set({ ...headersTowards(leadsTo) });
    ctx.body = renderPage({ title, productName: this.productName }, body);
  }
}

const faults: Readonly<Record<string, string>> = {
  NoCodeError: 'Type the code that your device shows.',
  NotFoundError: 'This is not a code that a device shows now. Look at it once more.',
  ExpiredError: 'This code is too old. Let your device show a new one.',
  AlreadyUsedError: 'This code was used already. Let your device show a new one.',
  AbortedError: 'The device was not connected.',
};
