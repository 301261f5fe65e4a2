import { type PasskeyRecord, storedForeign } from '@app/credentials';
import { type BackupCodeRecord, type FactorRecords, parseTotpSecret } from '@app/mfa';
import type { SecondFactor } from '@app/users';
import { timeOf } from './import-time.js';
import { factorsMissing, faulty, passkeyForeign } from './import.errors.js';
import type { ImportedBackupCodeDto, ImportedPasskeyDto } from './imported-factors.dto.js';
import type { ImportedUserDto } from './imported-user.dto.js';

/** The second factors that a line carries. */
export interface CandidateFactors extends FactorRecords {
  readonly passkeys: readonly PasskeyRecord[];
  /** As `users.second_factors` is going to say. */
  readonly held: readonly SecondFactor[];
}

/**
 * Reads them all, or none: an account must not lose a factor on its way without anybody's noticing.
 * @param relyingParty the host name that passkeys work for here
 * @throws AppError invalid `import.invalid_user`, `import.factors_missing`, `import.passkey_foreign`,
 *   `credentials.hash_*`
 */
export function factorsOf(given: ImportedUserDto, relyingParty: string): CandidateFactors {
  const totp = totpOf(given);
  const passkeys = passkeysOf(given, relyingParty);
  const backupCodes = (given.backupCodes ?? []).map(backupCodeOf);
  if (repeats(backupCodes.map(({ selector }) => selector))) throw faulty('backupCodes has one selector twice.');
  if (backupCodes.length > 0 && !totp && passkeys.length === 0) {
    throw faulty('backupCodes need totp or passkeys that they stand in for.');
  }
  const held: SecondFactor[] = [];
  if (totp) held.push('totp');
  if (passkeys.length > 0) held.push('passkey');
  if (backupCodes.some(({ usedAt }) => usedAt === null)) held.push('backup_code');
  if (given.secondFactors?.some((factor) => !held.includes(factor))) throw factorsMissing();
  return { totp, backupCodes, passkeys, held };
}

function totpOf({ totp }: ImportedUserDto): FactorRecords['totp'] {
  if (totp === undefined || totp === null) return undefined;
  const { secret, since } = totp;
  if (!parseTotpSecret(secret)) throw faulty('totp.secret must be 128 to 1024 bits in base32.');
  return { secret, since: timeOf(since, 'totp.since') ?? null };
}

/** Bounded as an imported password is: each guess at a code costs what its hash says. */
function backupCodeOf({ selector, hash, createdAt, usedAt }: ImportedBackupCodeDto): BackupCodeRecord {
  storedForeign(hash);
  if (!hash.startsWith('$argon2id$')) throw faulty('backupCodes.hash must be of argon2id.');
  return {
    selector,
    hash,
    createdAt: timeOf(createdAt, 'backupCodes.createdAt') ?? null,
    usedAt: timeOf(usedAt, 'backupCodes.usedAt') ?? null,
  };
}

function passkeysOf({ id, passkeys }: ImportedUserDto, relyingParty: string): PasskeyRecord[] {
  if (!passkeys || passkeys.length === 0) return [];
  // Authenticators keep the id as the user handle, and answer with it.
  if (!id) throw faulty('passkeys need the id of the account that they were made for.');
  if (repeats(passkeys.map(({ credentialId }) => credentialId))) throw faulty('passkeys has one credentialId twice.');
  return passkeys.map((passkey) => passkeyOf(passkey, relyingParty));
}

function passkeyOf(given: ImportedPasskeyDto, here: string): PasskeyRecord {
  const { relyingParty, transports, createdAt, lastUsedAt, suspendedAt, ...others } = given;
  if (relyingParty !== here) throw passkeyForeign(here);
  return {
    ...others,
    transports: transports ?? [],
    createdAt: timeOf(createdAt, 'passkeys.createdAt') ?? null,
    lastUsedAt: timeOf(lastUsedAt, 'passkeys.lastUsedAt') ?? null,
    suspendedAt: timeOf(suspendedAt, 'passkeys.suspendedAt') ?? null,
  };
}

const repeats = (names: readonly string[]): boolean => new Set(names).size < names.length;
