import { IsArray, IsBoolean, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';

export const timePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;
export const noTime = { message: 'is no time with its zone' };

export class ImportedTotpDto {
  @IsString() @MaxLength(256) secret: string;
  @IsOptional() @Matches(timePattern, noTime) since?: string | null;
}

/** As an export has it: other systems keep theirs in ways of their own. */
export class ImportedBackupCodeDto {
  @Matches(/^[0-9a-z]{4}$/, { message: 'must be what an export wrote' }) selector: string;
  @IsString() @MaxLength(1024) hash: string;
  @IsOptional() @Matches(timePattern, noTime) createdAt?: string | null;
  @IsOptional() @Matches(timePattern, noTime) usedAt?: string | null;
}

const base64url = /^[A-Za-z0-9_-]+$/;
const noBytes = { message: 'must be base64url' };

export class ImportedPasskeyDto {
  /** The host name that it was made for, and works for. */
  @IsString() @MaxLength(253) relyingParty: string;
  @Matches(base64url, noBytes) @MaxLength(1400) credentialId: string;
  @Matches(base64url, noBytes) @MaxLength(4000) publicKey: string;
  @IsInt() @Min(0) @Max(0xffff_ffff) signCount: number;
  @IsOptional() @IsArray() @IsString({ each: true }) @MaxLength(32, { each: true }) transports?: string[] | null;
  @IsString() @MaxLength(100) name: string;
  /** Written as a UUID, which it need not be. */
  @Matches(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, { message: 'must be written as a UUID' }) aaguid: string;
  @IsBoolean() backedUp: boolean;
  @IsOptional() @Matches(timePattern, noTime) createdAt?: string | null;
  @IsOptional() @Matches(timePattern, noTime) lastUsedAt?: string | null;
  @IsOptional() @Matches(timePattern, noTime) suspendedAt?: string | null;
}
