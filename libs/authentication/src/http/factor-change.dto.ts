import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsOptional } from 'class-validator';
import type { Principal } from '@app/http';
import type { UserId } from '@app/users';
import type { FactorChange } from '../factor-changes.js';

/** What people may wish for with every change of their second factors. */
export class FactorChangeDto {
  @ApiPropertyOptional({ default: false, description: 'Ends all sessions of the account but this one' })
  @IsOptional()
  @IsBoolean()
  endOtherSessions?: boolean;
}

export function factorChange(
  { userId, sessionId }: Principal,
  { endOtherSessions = false }: FactorChangeDto,
): FactorChange {
  return { userId: userId as UserId, sessionId, endOtherSessions };
}
