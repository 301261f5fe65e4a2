import { ApiProperty } from '@nestjs/swagger';
import type { Principal } from '@app/http';
import { formatUserId } from '@app/users';

/** What a front end asks often: who am I, and how did I sign in. One statement. */
export class CurrentSessionDto {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ example: 'lusab-babad-gutih-tugad' }) userId: string;
  @ApiProperty({ enum: ['cookie', 'bearer'] }) carrier: string;
  @ApiProperty({ type: [String] }) roles: string[];
  @ApiProperty({ type: [String], description: 'RFC 8176 values' }) amr: string[];
  @ApiProperty() acr: string;
  @ApiProperty({ format: 'date-time' }) authTime: string;
}

export function currentSessionDto(principal: Principal): CurrentSessionDto {
  return {
    id: principal.sessionId,
    userId: formatUserId(principal.userId),
    carrier: principal.carrier,
    roles: principal.roles,
    amr: principal.amr,
    acr: principal.acr,
    authTime: principal.authTime.toISOString(),
  };
}
