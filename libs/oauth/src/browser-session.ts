import type { AdapterPayload } from 'oidc-provider';

/**
 * The clients that a browser session let in, each with the `sid` that its ID tokens have. One that was denied is none:
 * it has never learned who was there.
 */
export function letIn({ authorizations = {} }: AdapterPayload): ReadonlyMap<string, string> {
  const entries = Object.entries(authorizations as Readonly<Record<string, ClientAuthorization>>);
  return new Map(entries.flatMap(([id, { sid, grantId }]) => (sid && grantId ? [[id, sid] as const] : [])));
}

/** As the provider writes it. */
interface ClientAuthorization {
  readonly sid?: string;
  readonly grantId?: string;
}
