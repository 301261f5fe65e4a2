import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { ProfileDto, type SecondFactor, usernamePattern } from '@app/users';
import {
  ImportedBackupCodeDto,
  ImportedPasskeyDto,
  ImportedTotpDto,
  noTime,
  timePattern,
} from './imported-factors.dto.js';

/** One line of an import, and of an export. docs/import.md tells of every member. */
export class ImportedUserDto extends ProfileDto {
  /** Proquints, as exports have it: the account keeps the name by which other systems know it. */
  @IsOptional() @IsString() @MaxLength(64) id?: string | null;

  @IsString() @MaxLength(320) email: string;

  @IsOptional() @IsBoolean() emailVerified?: boolean | null;

  @IsOptional()
  @Matches(usernamePattern, { message: 'must be 3 to 32 letters, digits, dots, dashes or underscores' })
  username?: string | null;

  @IsOptional() @IsBoolean() phoneNumberVerified?: boolean | null;

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @Matches(/^[A-Za-z][A-Za-z0-9_.:-]{0,63}$/, { each: true, message: 'must be names of roles' })
  roles?: string[] | null;

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(500)
  @IsString({ each: true })
  @MinLength(1, { each: true })
  @MaxLength(200, { each: true })
  groups?: string[] | null;

  @IsOptional() @IsBoolean() disabled?: boolean | null;

  @IsOptional() @IsBoolean() mustChangePassword?: boolean | null;

  @IsOptional() @IsObject() password?: object | null;

  /** What the account holds. A line that says so and does not carry it is refused: it would be weaker than it was. */
  @IsOptional()
  @IsArray()
  @IsIn(['totp', 'passkey', 'backup_code'], { each: true, message: 'must be totp, passkey or backup_code' })
  secondFactors?: SecondFactor[] | null;

  @IsOptional() @IsObject() @ValidateNested() @Type(() => ImportedTotpDto) totp?: ImportedTotpDto | null;

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => ImportedBackupCodeDto)
  backupCodes?: ImportedBackupCodeDto[] | null;

  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => ImportedPasskeyDto)
  passkeys?: ImportedPasskeyDto[] | null;

  /** Exports tell of them; an import signs nobody in. */
  @IsOptional() @IsArray() sessions?: unknown[] | null;
  @IsOptional() @IsArray() domains?: unknown[] | null;

  @IsOptional() @Matches(timePattern, noTime) createdAt?: string | null;
  @IsOptional() @Matches(timePattern, noTime) updatedAt?: string | null;
}
