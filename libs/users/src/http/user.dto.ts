import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  IsLocale,
  IsObject,
  IsOptional,
  IsString,
  IsTimeZone,
  IsUrl,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import type { User } from '../persistence/user.entity.js';
import type { PostalAddress, Profile } from '../profile.js';
import { formatUserId } from '../user-id.js';
import { usernamePattern } from '../username.js';

const claim = { type: 'string', nullable: true, maxLength: 200 } as const;

export class PostalAddressDto implements PostalAddress {
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(1000) formatted?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(200) street_address?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(200) locality?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(200) region?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(50) postal_code?: string;
  @ApiPropertyOptional() @IsOptional() @IsString() @MaxLength(100) country?: string;
}

/** The standard claims that a person may set; null clears one. */
export class ProfileDto implements Profile {
  @ApiPropertyOptional(claim) @IsOptional() @IsString() @MaxLength(200) name?: string | null;
  @ApiPropertyOptional(claim) @IsOptional() @IsString() @MaxLength(200) givenName?: string | null;
  @ApiPropertyOptional(claim) @IsOptional() @IsString() @MaxLength(200) familyName?: string | null;
  @ApiPropertyOptional(claim) @IsOptional() @IsString() @MaxLength(200) middleName?: string | null;
  @ApiPropertyOptional(claim) @IsOptional() @IsString() @MaxLength(200) nickname?: string | null;

  @ApiPropertyOptional({ ...claim, format: 'uri', maxLength: 2000 })
  @IsOptional()
  @IsUrl({ protocols: ['http', 'https'], require_protocol: true, require_tld: false })
  @MaxLength(2000)
  profile?: string | null;

  @ApiPropertyOptional({ ...claim, format: 'uri', maxLength: 2000 })
  @IsOptional()
  @IsUrl({ protocols: ['http', 'https'], require_protocol: true, require_tld: false })
  @MaxLength(2000)
  picture?: string | null;

  @ApiPropertyOptional({ ...claim, format: 'uri', maxLength: 2000 })
  @IsOptional()
  @IsUrl({ protocols: ['http', 'https'], require_protocol: true, require_tld: false })
  @MaxLength(2000)
  website?: string | null;

  @ApiPropertyOptional(claim) @IsOptional() @IsString() @MaxLength(50) gender?: string | null;

  @ApiPropertyOptional({ ...claim, description: 'YYYY-MM-DD; 0000 where the year is kept private; or YYYY' })
  @IsOptional()
  @Matches(/^(\d{4}|\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]))$/, { message: 'is not a date' })
  birthdate?: string | null;

  @ApiPropertyOptional({ ...claim, example: 'Europe/Paris' }) @IsOptional() @IsTimeZone() zoneinfo?: string | null;
  @ApiPropertyOptional({ ...claim, example: 'en-GB' }) @IsOptional() @IsLocale() locale?: string | null;

  @ApiPropertyOptional({ ...claim, description: 'E.164, never verified by this server' })
  @IsOptional()
  @Matches(/^\+[1-9]\d{6,14}(;ext=\d{1,8})?$/, { message: 'is not an E.164 number' })
  phoneNumber?: string | null;

  @ApiPropertyOptional({ type: PostalAddressDto, nullable: true })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => PostalAddressDto)
  address?: PostalAddressDto | null;
}

export class UpdateMeDto extends ProfileDto {
  @ApiPropertyOptional({ type: 'string', nullable: true, pattern: usernamePattern.source })
  @IsOptional()
  @Matches(usernamePattern, { message: 'must be 3 to 32 letters, digits, dots, dashes or underscores' })
  username?: string | null;
}

const readable = { type: 'string', nullable: true } as const;

/** An account, as its owner and administrators see it. */
export class UserDto {
  @ApiProperty({ example: 'lusab-babad-gutih-tugad', description: 'Proquints; the OIDC sub' }) id: string;
  @ApiProperty({ enum: ['active', 'disabled', 'deleted'] }) status: string;
  @ApiProperty(readable) username: string | null;
  @ApiProperty(readable) email: string | null;
  @ApiProperty() emailVerified: boolean;
  @ApiProperty({ type: [String] }) roles: string[];
  @ApiProperty(readable) name: string | null;
  @ApiProperty(readable) givenName: string | null;
  @ApiProperty(readable) familyName: string | null;
  @ApiProperty(readable) middleName: string | null;
  @ApiProperty(readable) nickname: string | null;
  @ApiProperty(readable) profile: string | null;
  @ApiProperty(readable) picture: string | null;
  @ApiProperty(readable) website: string | null;
  @ApiProperty(readable) gender: string | null;
  @ApiProperty(readable) birthdate: string | null;
  @ApiProperty(readable) zoneinfo: string | null;
  @ApiProperty(readable) locale: string | null;
  @ApiProperty(readable) phoneNumber: string | null;
  @ApiProperty() phoneNumberVerified: boolean;
  @ApiProperty({ type: PostalAddressDto, nullable: true }) address: PostalAddress | null;
  @ApiProperty({ format: 'date-time' }) createdAt: string;
  @ApiProperty({ format: 'date-time' }) updatedAt: string;
}

export class MeDto extends UserDto {
  @ApiProperty({ type: [String] }) groups: string[];
}

export function userDto(user: User): UserDto {
  return {
    id: formatUserId(user.id),
    status: user.status,
    username: user.username,
    email: user.email,
    emailVerified: user.emailVerifiedAt !== null,
    roles: user.roles,
    name: user.name,
    givenName: user.givenName,
    familyName: user.familyName,
    middleName: user.middleName,
    nickname: user.nickname,
    profile: user.profile,
    picture: user.picture,
    website: user.website,
    gender: user.gender,
    birthdate: user.birthdate,
    zoneinfo: user.zoneinfo,
    locale: user.locale,
    phoneNumber: user.phoneNumber,
    phoneNumberVerified: user.phoneNumberVerified,
    address: user.address,
    createdAt: user.createdAt.toISOString(),
    updatedAt: user.updatedAt.toISOString(),
  };
}
