import { type Client, Provider } from 'oidc-provider';

/**
 * A sign-out that a client asked for ends the one session, and whoever waits for that hears of it from the worker. What
 * the provider goes on to tell by itself: the one client that somebody leaves without signing out, and clients whose id
 * is an address, since nothing is stored of them.
 */
export function tellOnce(provider: Provider): void {
  const prototype = provider.Client.prototype as Client & {
    backchannelLogout(this: Client, sub: string, sid: string): Promise<void>;
  };
  const tell = prototype.backchannelLogout;
  prototype.backchannelLogout = function (sub, sid) {
    const signsOut = Provider.ctx?.oidc.params?.['logout'] !== undefined;
    return signsOut && !URL.canParse(this.clientId) ? Promise.resolve() : tell.call(this, sub, sid);
  };
}
