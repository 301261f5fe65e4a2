import { ApiProperty, ApiPropertyOptional, getSchemaPath } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { maximumLength, minimumLength } from '@app/credentials';
import type { SessionCarrier } from '@app/sessions';
import { type SecondFactor, usernamePattern } from '@app/users';
import { ProfileDto } from '@app/users/http';

/** The policy counts characters; this only keeps absurd input from getting that far. */
const longestPassword = maximumLength * 4;
const password = {
  minLength: 1,
  maxLength: longestPassword,
  description: `New passwords need ${minimumLength.onlyFactor} to ${maximumLength} characters and must not be common`,
};

/** For clients that keep no cookies; browsers have theirs in one. */
export const deviceToken = {
  type: 'string',
  maxLength: 200,
  description:
    'From an earlier sign-in of this account on this device: it is known again, so that failures elsewhere never delay it',
} as const;

export class RegisterDto extends ProfileDto {
  @ApiProperty({ example: 'ada@example.org' }) @IsString() @MinLength(3) @MaxLength(320) email: string;
  @ApiProperty(password) @IsString() @MinLength(1) @MaxLength(longestPassword) password: string;

  @ApiPropertyOptional({ type: 'string', nullable: true, pattern: usernamePattern.source })
  @IsOptional()
  @Matches(usernamePattern, { message: 'must be 3 to 32 letters, digits, dots, dashes or underscores' })
  username?: string | null;
}

export class TokenDto {
  @ApiProperty({ description: 'From the link of the mail' }) @IsString() @MaxLength(200) token: string;
}

export class EmailDto {
  @ApiProperty({ example: 'ada@example.org' }) @IsString() @MinLength(3) @MaxLength(320) email: string;
}

export class ResetPasswordDto extends TokenDto {
  @ApiProperty(password) @IsString() @MinLength(1) @MaxLength(longestPassword) newPassword: string;
}

export class DeliveryDto {
  @ApiPropertyOptional({
    enum: ['tokens', 'cookie'],
    default: 'tokens',
    description: 'cookie: the session travels in a __Host- cookie, and the answer carries no tokens',
  })
  @IsIn(['tokens', 'cookie'])
  delivery: SessionCarrier = 'tokens';

  @ApiPropertyOptional(deviceToken)
  @IsOptional()
  @IsString()
  @MaxLength(200)
  deviceToken?: string;
}

export class LoginDto extends DeliveryDto {
  @ApiProperty({ description: 'E-mail address or user name' })
  @IsString()
  @MinLength(1)
  @MaxLength(320)
  identifier: string;
  @ApiProperty({ minLength: 1, maxLength: longestPassword })
  @IsString()
  @MinLength(1)
  @MaxLength(longestPassword)
  password: string;
}

export class ChangeRequiredPasswordDto extends DeliveryDto {
  @ApiProperty() @IsString() @MaxLength(200) challengeId: string;
  @ApiProperty(password) @IsString() @MinLength(1) @MaxLength(longestPassword) newPassword: string;
}

export class ChangePasswordDto {
  @ApiProperty({ minLength: 1 }) @IsString() @MinLength(1) @MaxLength(longestPassword) currentPassword: string;
  @ApiProperty(password) @IsString() @MinLength(1) @MaxLength(longestPassword) newPassword: string;
}

export class ChangeEmailDto extends EmailDto {
  @ApiProperty({ minLength: 1 }) @IsString() @MinLength(1) @MaxLength(longestPassword) currentPassword: string;
}

export class DeleteAccountDto {
  @ApiProperty({ minLength: 1 }) @IsString() @MinLength(1) @MaxLength(longestPassword) currentPassword: string;
}

/** Says only that the request was taken: whether an account is behind it, nobody learns here. */
export class AcceptedDto {
  @ApiProperty({ enum: ['accepted'] }) status: 'accepted';
}

export class VerifiedDto {
  @ApiProperty({ enum: ['verified'] }) status: 'verified';
}

export class SignedInSessionDto {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ format: 'date-time' }) authTime: string;
  @ApiProperty({ format: 'date-time' }) expiresAt: string;
}

export class AuthenticatedDto {
  @ApiProperty({ enum: ['authenticated'] }) status: 'authenticated';
  @ApiPropertyOptional({ description: 'RFC 9068 JWT; not with delivery cookie, as the next three' })
  accessToken?: string;
  @ApiPropertyOptional({ enum: ['Bearer'] }) tokenType?: 'Bearer';
  @ApiPropertyOptional({ type: 'integer', description: 'Seconds' }) expiresIn?: number;
  @ApiPropertyOptional() refreshToken?: string;
  @ApiProperty({ type: SignedInSessionDto }) session: SignedInSessionDto;
  @ApiPropertyOptional({
    description: 'With delivery tokens, where the device was not known: keep it, and send it with the next sign-in',
  })
  deviceToken?: string;
}

export class ChallengeDto {
  @ApiProperty() id: string;
  @ApiProperty({ format: 'date-time' }) expiresAt: string;
}

export class PasswordChangeRequiredDto {
  @ApiProperty({ enum: ['password_change_required'] }) status: 'password_change_required';
  @ApiProperty({ type: ChallengeDto }) challenge: ChallengeDto;
}

export class MfaChallengeDto extends ChallengeDto {
  @ApiProperty({ enum: ['totp', 'passkey', 'backup_code'], isArray: true, description: 'What may answer it' })
  methods: readonly SecondFactor[];
}

export class MfaRequiredDto {
  @ApiProperty({ enum: ['mfa_required'] }) status: 'mfa_required';
  @ApiProperty({ type: MfaChallengeDto }) challenge: MfaChallengeDto;
}

export type AnySignInDto = AuthenticatedDto | MfaRequiredDto | PasswordChangeRequiredDto;

/** What every way to sign in answers. */
export const signInSchema = {
  oneOf: [
    { $ref: getSchemaPath(AuthenticatedDto) },
    { $ref: getSchemaPath(MfaRequiredDto) },
    { $ref: getSchemaPath(PasswordChangeRequiredDto) },
  ],
};
