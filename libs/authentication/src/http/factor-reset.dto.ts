import { ApiProperty } from '@nestjs/swagger';
import { IsString, MaxLength, MinLength } from 'class-validator';
import { maximumLength } from '@app/credentials';
import { formatUserId } from '@app/users';
import type { FactorResetRow, FactorResetState } from '../factor-resets.repository.js';
import { DeliveryDto } from './authentication.dto.js';

export class FactorResetDto {
  @ApiProperty({
    enum: ['pending', 'ready', 'cancelled', 'completed', 'expired'],
    description: 'pending: it can only be stopped yet. ready: the owner may finish it',
  })
  state: FactorResetState;
  @ApiProperty({ example: 'lusab-babad-gutih-tugad', description: 'The administrator' }) requestedBy: string;
  @ApiProperty({ format: 'date-time' }) requestedAt: string;
  @ApiProperty({ format: 'date-time' }) takesEffectAt: string;
  @ApiProperty({ format: 'date-time', description: 'Until then the link works' }) expiresAt: string;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true }) cancelledAt: string | null;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true }) completedAt: string | null;
}

export class RecoveryDto extends DeliveryDto {
  @ApiProperty({ description: 'From the link of the mail' }) @IsString() @MaxLength(200) token: string;
  @ApiProperty({ minLength: 1 }) @IsString() @MinLength(1) @MaxLength(maximumLength * 4) password: string;
}

export function factorResetDto(reset: FactorResetRow): FactorResetDto {
  return {
    state: reset.state,
    requestedBy: formatUserId(reset.requestedBy),
    requestedAt: reset.requestedAt.toISOString(),
    takesEffectAt: reset.takesEffectAt.toISOString(),
    expiresAt: reset.expiresAt.toISOString(),
    cancelledAt: reset.cancelledAt?.toISOString() ?? null,
    completedAt: reset.completedAt?.toISOString() ?? null,
  };
}
