import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiOperation,
  ApiProperty,
  ApiPropertyOptional,
  ApiTags,
} from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';
import type { ClientInfo } from '@app/audit';
import { Client, CurrentPrincipal, Fresh, type Principal, Problems, Roles } from '@app/http';
import type { UserId } from '@app/users';
import { InitialAccess } from '../initial-access.service.js';

export class GrantInitialAccessDto {
  @ApiPropertyOptional({ type: 'integer', default: 86_400, description: 'Seconds' })
  @IsInt()
  @Min(60)
  @Max(30 * 86_400)
  expires_in = 86_400;
}

export class InitialAccessDto {
  @ApiProperty({ description: 'The Bearer token of one POST to the registration endpoint; told this once' })
  initial_access_token: string;
  @ApiProperty({ type: 'integer', description: 'Seconds' }) expires_in: number;
}

@ApiTags('admin')
@ApiBearerAuth()
@Roles('admin')
@Controller('v1/admin/client-registrations')
export class InitialAccessController {
  constructor(private readonly access: InitialAccess) {}

  @Post()
  @Fresh()
  @HttpCode(201)
  @ApiOperation({ summary: 'Let a program register itself as a client, once (RFC 7591), where this is switched on' })
  @ApiCreatedResponse({ type: InitialAccessDto })
  @Problems(400, 401, 403, 409, 413, 415)
  async grant(
    @Body() { expires_in: expiresIn }: GrantInitialAccessDto,
    @CurrentPrincipal() { userId }: Principal,
    @Client() client: ClientInfo,
  ): Promise<InitialAccessDto> {
    const token = await this.access.grant(expiresIn, { userId: userId as UserId, client });
    return { initial_access_token: token, expires_in: expiresIn };
  }
}
