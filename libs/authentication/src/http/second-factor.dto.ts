import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsObject, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { maximumLength } from '@app/credentials';
import type { SecondFactor } from '@app/users';
import { deviceToken } from './authentication.dto.js';

export const secondFactorMethods = ['totp', 'passkey', 'backup_code'] as const satisfies readonly SecondFactor[];

export class VerifySecondFactorDto {
  @ApiProperty({ description: 'From the answer mfa_required' }) @IsString() @MaxLength(200) challengeId: string;
  @ApiProperty({ enum: secondFactorMethods }) @IsIn(secondFactorMethods) method: SecondFactor;

  @ApiPropertyOptional({ description: 'With totp and backup_code', maxLength: 64 })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(64)
  code?: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'With passkey: AuthenticationResponseJSON (WebAuthn level 3)',
  })
  @IsOptional()
  @IsObject()
  response?: Record<string, unknown>;

  @ApiPropertyOptional(deviceToken) @IsOptional() @IsString() @MaxLength(200) deviceToken?: string;
}

export class StepUpDto {
  @ApiPropertyOptional({ minLength: 1, description: 'Either this or response' })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(maximumLength * 4)
  password?: string;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'Of a passkey: AuthenticationResponseJSON (WebAuthn level 3)',
  })
  @IsOptional()
  @IsObject()
  response?: Record<string, unknown>;
}
