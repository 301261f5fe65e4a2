/** OpenID Connect Core 5.1.1 address claim. */
export interface PostalAddress {
  readonly formatted?: string;
  readonly street_address?: string;
  readonly locality?: string;
  readonly region?: string;
  readonly postal_code?: string;
  readonly country?: string;
}

/** The standard claims (OpenID Connect Core 5.1) that a person sets for themselves. */
export interface Profile {
  readonly name?: string | null;
  readonly givenName?: string | null;
  readonly familyName?: string | null;
  readonly middleName?: string | null;
  readonly nickname?: string | null;
  readonly profile?: string | null;
  readonly picture?: string | null;
  readonly website?: string | null;
  readonly gender?: string | null;
  readonly birthdate?: string | null;
  readonly zoneinfo?: string | null;
  readonly locale?: string | null;
  readonly phoneNumber?: string | null;
  readonly address?: PostalAddress | null;
}
