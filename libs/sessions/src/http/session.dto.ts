import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsString, MaxLength, ValidateIf } from 'class-validator';
import type { TokenPair } from '../session.js';
import type { ListedSession } from '../sessions.repository.js';

export class RefreshDto {
  @ApiProperty() @IsString() @MaxLength(200) refreshToken: string;
}

export class LogoutDto {
  @ApiPropertyOptional({ description: 'Ends the session of this token instead of the session of the caller' })
  @ValidateIf((_, value) => value !== undefined)
  @IsString()
  @MaxLength(200)
  refreshToken?: string;
}

export class TokenPairDto implements TokenPair {
  @ApiProperty({ description: 'RFC 9068 JWT' }) accessToken: string;
  @ApiProperty({ enum: ['Bearer'] }) tokenType: 'Bearer';
  @ApiProperty({ type: 'integer', description: 'Seconds' }) expiresIn: number;
  @ApiProperty({ description: 'Works once; the answer to its use carries the next one' }) refreshToken: string;
}

export class SessionDto {
  @ApiProperty({ format: 'uuid' }) id: string;
  @ApiProperty({ enum: ['cookie', 'tokens'] }) carrier: string;
  @ApiProperty({ description: 'Whether this is the session of the request' }) current: boolean;
  @ApiProperty({ type: [String], description: 'RFC 8176 values' }) amr: string[];
  @ApiProperty() acr: string;
  @ApiProperty({ format: 'date-time' }) authTime: string;
  @ApiProperty({ format: 'date-time' }) createdAt: string;
  @ApiProperty({ format: 'date-time' }) lastSeenAt: string;
  @ApiProperty({ format: 'date-time' }) expiresAt: string;
  @ApiProperty({ type: 'string', nullable: true }) address: string | null;
  @ApiProperty({ type: 'string', nullable: true }) userAgent: string | null;
}

export class SessionListDto {
  @ApiProperty({ type: [SessionDto] }) items: SessionDto[];
  @ApiProperty({ type: 'string', nullable: true }) nextCursor: string | null;
}

export function sessionDto(session: ListedSession, currentId?: string): SessionDto {
  return {
    id: session.id,
    carrier: session.carrier,
    current: session.id === currentId,
    amr: [...session.amr],
    acr: session.acr,
    authTime: session.authTime.toISOString(),
    createdAt: session.createdAt.toISOString(),
    lastSeenAt: session.lastSeenAt.toISOString(),
    expiresAt: session.expiresAt.toISOString(),
    address: session.address,
    userAgent: session.userAgent,
  };
}
