import { type PasskeyRecord, type StoredPassword, withoutMark } from '@app/credentials';
import type { FactorRecords } from '@app/mfa';
import type { SessionRecord } from '@app/sessions';
import { formatUserId, type SecondFactor, type StoredUser } from '@app/users';

/** What is held beside the row of an account. */
export interface Belongings {
  readonly password: Omit<StoredPassword, 'userId'> | undefined;
  readonly passkeys: readonly (PasskeyRecord & { readonly relyingParty: string })[];
  readonly sessions: readonly Omit<SessionRecord, 'userId'>[];
  /** Set where secrets were asked for. */
  readonly factors: FactorRecords | undefined;
  /** Of upper libs, by the names of their members. */
  readonly held: Readonly<Record<string, readonly object[]>>;
}

const order: readonly SecondFactor[] = ['totp', 'passkey', 'backup_code'];

/** The line of an account, its end included. docs/import.md tells of every member. */
export function exportLine(user: StoredUser, belongings: Belongings): string {
  const { password, passkeys, sessions, factors, held } = belongings;
  const { id, email, emailVerified, username, status, phoneNumberVerified, roles, groups, ...others } = user;
  const { secondFactors, createdAt, updatedAt, ...claims } = others;
  const line = {
    id: formatUserId(id),
    email,
    emailVerified,
    username,
    ...claims,
    phoneNumberVerified: phoneNumberVerified || null,
    roles,
    groups,
    disabled: status === 'disabled' || null,
    mustChangePassword: password?.mustChange === true || null,
    password: password && passwordOf(password),
    secondFactors: order.filter((factor) => secondFactors.includes(factor)),
    totp: factors?.totp,
    backupCodes: factors?.backupCodes.map(told),
    passkeys: passkeys.map(told),
    sessions: sessions.map(told),
    ...Object.fromEntries(Object.entries(held).map(([member, rows]) => [member, rows.map(told)])),
    createdAt,
    updatedAt,
  };
  return `${JSON.stringify(told(line))}\n`;
}

const passwordOf = ({ hash, changedAt, disabledAt }: Omit<StoredPassword, 'userId'>): object =>
  told({ hash: withoutMark(hash), changedAt, disabledAt });

/** Members that say nothing are left out. */
function told(members: object): object {
  const says = (value: unknown): boolean =>
    value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(members).filter(([, value]) => says(value)));
}
