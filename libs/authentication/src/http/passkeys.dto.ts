import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsObject, IsOptional, IsString, Matches, MaxLength, MinLength } from 'class-validator';
import type { ListedPasskey } from '@app/credentials';
import type { PasskeyOptions } from '../passkey-challenges.js';
import { DeliveryDto } from './authentication.dto.js';
import { FactorChangeDto } from './factor-change.dto.js';

/** One line with something to see in it. */
export const passkeyNamePattern = /^(?=.*\S)[^\p{Cc}]+$/u;
const nameRule = { minLength: 1, maxLength: 64, example: 'Work laptop' };
const anyObject = { type: 'object', additionalProperties: true } as const;

export class NewPasskeyDto extends FactorChangeDto {
  @ApiProperty({ ...anyObject, description: 'RegistrationResponseJSON (WebAuthn level 3)' })
  @IsObject()
  response: Record<string, unknown>;

  @ApiPropertyOptional({ ...nameRule, description: 'What its owner calls it; without one, after the device' })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(64)
  @Matches(passkeyNamePattern, { message: 'must be one line' })
  name?: string;
}

export class RenamePasskeyDto {
  @ApiProperty(nameRule)
  @IsString()
  @MinLength(1)
  @MaxLength(64)
  @Matches(passkeyNamePattern, { message: 'must be one line' })
  name: string;
}

export class PasskeySignInOptionsDto {
  @ApiPropertyOptional({ description: 'From the answer mfa_required: options for the passkeys of that account' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  challengeId?: string;

  @ApiPropertyOptional({
    enum: ['sign_in', 'step_up'],
    description: 'step_up: only the passkeys of the caller. Without it: step_up with credentials, else sign_in',
  })
  @IsOptional()
  @IsIn(['sign_in', 'step_up'])
  purpose?: 'sign_in' | 'step_up';
}

export class PasskeySignInDto extends DeliveryDto {
  @ApiProperty({ ...anyObject, description: 'AuthenticationResponseJSON (WebAuthn level 3)' })
  @IsObject()
  response: Record<string, unknown>;
}

export class PasskeyOptionsDto {
  @ApiProperty({
    ...anyObject,
    description:
      'For PublicKeyCredential.parseCreationOptionsFromJSON or parseRequestOptionsFromJSON (WebAuthn level 3)',
  })
  publicKey: Readonly<Record<string, unknown>>;

  @ApiProperty({ format: 'date-time', description: 'An answer is taken until then, and once' }) expiresAt: string;
}

export class PasskeyDto {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty() name: string;
  @ApiProperty({ description: 'Synchronised between devices' }) backedUp: boolean;
  @ApiProperty({ format: 'date-time' }) createdAt: string;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true }) lastUsedAt: string | null;
  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'Since then it is refused: its counter ran backwards, so there may be a copy',
  })
  suspendedAt: string | null;
}

export class PasskeyListDto {
  @ApiProperty({ type: [PasskeyDto] }) items: PasskeyDto[];
  @ApiProperty({ type: 'string', nullable: true, description: 'Always null: there is one page' }) nextCursor: null;
}

export class AddedPasskeyDto {
  @ApiProperty({ type: PasskeyDto }) passkey: PasskeyDto;

  @ApiProperty({
    type: 'array',
    items: { type: 'string' },
    nullable: true,
    description: 'With the first second factor: shown this once. null where the account has some',
  })
  backupCodes: readonly string[] | null;
}

export function passkeyDto({ id, name, backedUp, createdAt, lastUsedAt, suspendedAt }: ListedPasskey): PasskeyDto {
  return {
    id,
    name,
    backedUp,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    suspendedAt: suspendedAt?.toISOString() ?? null,
  };
}

export const passkeyOptionsDto = ({ publicKey, expiresAt }: PasskeyOptions): PasskeyOptionsDto => ({
  publicKey,
  expiresAt: expiresAt.toISOString(),
});
