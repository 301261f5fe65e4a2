import type { Client, Provider } from 'oidc-provider';
import { isClientSecret } from './clients.service.js';

/** What every provider of ours needs beside its configuration. */
export function setUpProvider(provider: Provider, onServerError: (error: Error) => void): void {
  provider.proxy = true;
  // Browsers take loopback for secure, and all our cookies are: the scheme of this hop says nothing about it.
  const createContext = provider.createContext.bind(provider);
  provider.createContext = (request, response) => {
    const context = createContext(request, response);
    context.cookies.secure = true;
    return context;
  };
  const prototype = provider.Client.prototype as Client & { compareClientSecret(actual: string): boolean };
  prototype.compareClientSecret = function (this: Client, actual: string) {
    return isClientSecret(this.clientSecret, actual);
  };
  provider.on('server_error', (_ctx, error) => onServerError(error));
}
