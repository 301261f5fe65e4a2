import type { Answer, ApiClient, CallOptions } from '../../support/api-client.js';
import type { App } from '../../support/app.js';
import { type Behaviour, PasskeyAuthenticator, type PublicKeyOptions } from '../../support/passkey-authenticator.js';
import { accepted, arrive, type SignedIn, type Visit } from '../../support/people.js';

export interface Options {
  readonly publicKey: PublicKeyOptions & Readonly<Record<string, unknown>>;
  readonly expiresAt: string;
}

export interface Passkey {
  readonly id: string;
  readonly name: string;
  readonly backedUp: boolean;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  readonly suspendedAt: string | null;
}

export interface Added {
  readonly passkey: Passkey;
  readonly backupCodes: string[] | null;
}

/** Somebody with one passkey, signed in by it, so at the highest level of their account. */
export interface PasskeyOwner extends Visit {
  readonly authenticator: PasskeyAuthenticator;
  readonly added: Added;
}

export const registrationOptions = async (api: ApiClient): Promise<Options> =>
  accepted(await api.post<Options>('/v1/me/passkeys/options'), 200);

export const signInOptions = async (api: ApiClient, body: object = {}): Promise<Options> =>
  accepted(await api.post<Options>('/v1/auth/passkey/options', body), 200);

/** Adds a passkey to the account of who calls. */
export async function addPasskey(
  api: ApiClient,
  authenticator: PasskeyAuthenticator,
  name?: string,
): Promise<Answer<Added>> {
  const { publicKey } = await registrationOptions(api);
  return api.post<Added>('/v1/me/passkeys', { response: authenticator.create(publicKey), name });
}

/** Signs in by passkey without saying who it is. */
export async function signInByPasskey(
  app: App,
  authenticator: PasskeyAuthenticator,
  behaviour: Behaviour = {},
  more: object = {},
  options: CallOptions = {},
): Promise<Answer<SignedIn>> {
  const { publicKey } = await signInOptions(app.api);
  const response = authenticator.get(publicKey, behaviour);
  return app.api.post<SignedIn>('/v1/auth/passkey/verify', { response, ...more }, options);
}

/** Registers, verifies, adds a passkey and signs in by it. */
export async function arriveWithPasskey(
  app: App,
  authenticator = new PasskeyAuthenticator(app.url),
): Promise<PasskeyOwner> {
  const visit = await arrive(app);
  const added = accepted(await addPasskey(visit.api, authenticator, 'Laptop'), 201);
  const tokens = accepted(await signInByPasskey(app, authenticator), 200);
  return { ...visit, authenticator, added, tokens, api: app.api.as(tokens.accessToken) };
}
