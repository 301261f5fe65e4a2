import { multiFactor, singleFactor } from '@app/sessions';

/** What an authorization request asks of the sign-in (OpenID Connect Core 3.1.2.1, 5.5.1.1). */
export interface WantedSignIn {
  /** A sign-in that was there before does not do: `prompt=login`, or another account is expected. */
  readonly anew: boolean;
  /** Seconds that it may be old. */
  readonly maxAge: number | null;
  readonly acr: string | null;
  /** The client takes no lower level. */
  readonly acrEssential: boolean;
  readonly loginHint: string | null;
}

/** @param reasons of the provider's login prompt; @param params of the authorization request, judged by the provider */
export function wantedSignIn(reasons: readonly string[], params: Readonly<Record<string, unknown>>): WantedSignIn {
  const essential = essentialAcr(params['claims']);
  const acrs = essential.length > 0 ? essential : (textOf(params['acr_values'])?.split(' ') ?? []);
  return {
    anew: reasons.some((reason) => asksAnew.has(reason)),
    maxAge: params['max_age'] === undefined ? null : Number(params['max_age']),
    // The lowest of those that will do.
    acr: acrs.includes(singleFactor) ? singleFactor : acrs.includes(multiFactor) ? multiFactor : null,
    acrEssential: essential.length > 0,
    loginHint: textOf(params['login_hint'])?.slice(0, 320) ?? null,
  };
}

const asksAnew = new Set(['login_prompt', 'id_token_hint', 'claims_id_token_sub_value']);

interface AcrRequest {
  readonly essential?: unknown;
  readonly value?: unknown;
  readonly values?: unknown;
}

function essentialAcr(claims: unknown): string[] {
  if (typeof claims !== 'string') return [];
  const { id_token: idToken } = JSON.parse(claims) as { id_token?: { acr?: AcrRequest | null } };
  const request = idToken?.acr;
  if (request?.essential !== true) return [];
  if (Array.isArray(request.values)) return request.values.map(String);
  return typeof request.value === 'string' ? [request.value] : [];
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
