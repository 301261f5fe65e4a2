import type { UserClaims } from '@app/users';

/** Which claims a scope gives (OpenID Connect Core 5.4; `groups` is ours). */
export const claimsOfScopes: Record<string, string[]> = {
  openid: ['sub'],
  profile: [
    'name',
    'given_name',
    'family_name',
    'middle_name',
    'nickname',
    'preferred_username',
    'profile',
    'picture',
    'website',
    'gender',
    'birthdate',
    'zoneinfo',
    'locale',
    'updated_at',
  ],
  email: ['email', 'email_verified'],
  phone: ['phone_number', 'phone_number_verified'],
  address: ['address'],
  groups: ['groups'],
};

/** The standard claims of an account, those that it has. A provider picks from them what was granted. */
export function accountClaims(
  sub: string,
  user: UserClaims,
  groups: readonly string[],
): { sub: string; [claim: string]: unknown } {
  const claims = {
    name: user.name,
    given_name: user.givenName,
    family_name: user.familyName,
    middle_name: user.middleName,
    nickname: user.nickname,
    preferred_username: user.username,
    profile: user.profile,
    picture: user.picture,
    website: user.website,
    gender: user.gender,
    birthdate: user.birthdate,
    zoneinfo: user.zoneinfo,
    locale: user.locale,
    updated_at: user.updatedAt,
    email: user.email,
    email_verified: user.email === null ? null : user.emailVerified,
    phone_number: user.phoneNumber,
    phone_number_verified: user.phoneNumber === null ? null : user.phoneNumberVerified,
    address: user.address,
    groups,
  };
  const known = Object.entries(claims).filter(([, value]) => value !== null);
  return { sub, ...Object.fromEntries(known) };
}
