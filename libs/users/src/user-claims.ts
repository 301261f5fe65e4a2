import type { User } from './persistence/user.entity.js';

/** What may be told of an account to others, and whether it is active. */
export interface UserClaims extends Pick<User, (typeof told)[number] | 'status'> {
  readonly emailVerified: boolean;
  /** Seconds since the epoch. */
  readonly updatedAt: number;
}

const told = [
  'username',
  'email',
  'name',
  'givenName',
  'familyName',
  'middleName',
  'nickname',
  'profile',
  'picture',
  'website',
  'gender',
  'birthdate',
  'zoneinfo',
  'locale',
  'phoneNumber',
  'phoneNumberVerified',
  'address',
] as const;

const columnOf = (member: string): string => member.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The members of a `UserClaims`, of the user `u`. */
export const userClaims = [
  ...told.map((member) => `u.${columnOf(member)} AS "${member}"`),
  'u.status',
  'u.email_verified_at IS NOT NULL AS "emailVerified"',
  'floor(extract(epoch FROM u.updated_at))::float8 AS "updatedAt"',
].join(', ');
