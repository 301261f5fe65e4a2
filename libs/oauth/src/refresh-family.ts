import type { AdapterPayload } from 'oidc-provider';

const member = 'family_age';

/** A refresh token as it is stored: with the age of its family when it was made, in seconds of the database's clock. */
export const withFamilyAge = (payload: AdapterPayload, seconds: number): AdapterPayload => ({
  ...payload,
  [member]: seconds,
});

/**
 * How old the family of a stored refresh token is now. The library counts by the clocks of the processes that made its
 * first and its last token, which need not agree; that is what counts for tokens of before.
 * @param madeAgo seconds since it was made, by the database's clock
 */
export function familyAge(stored: AdapterPayload, madeAgo: number): number {
  const { [member]: then, iat = 0, iiat } = stored as AdapterPayload & { family_age?: unknown; iiat?: unknown };
  const before = typeof then === 'number' ? then : iat - (typeof iiat === 'number' ? iiat : iat);
  return Math.max(0, before) + Math.max(0, madeAgo);
}
