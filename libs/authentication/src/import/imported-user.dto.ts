import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  MinLength,
} from 'class-validator';
import { ProfileDto, usernamePattern } from '@app/users';

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

  @IsOptional()
  @Matches(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/, { message: 'is no time with its zone' })
  createdAt?: string | null;
}
