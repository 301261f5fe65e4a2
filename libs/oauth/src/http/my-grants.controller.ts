import { Controller, Delete, Get, HttpCode, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ClientInfo } from '@app/audit';
import { Client, CurrentPrincipal, type Principal, Problems } from '@app/http';
import type { UserId } from '@app/users';
import { AccessGiven } from '../given-access.service.js';
import { grantDto, GrantListDto } from './grant.dto.js';

@ApiTags('me')
@ApiBearerAuth()
@Controller('v1/me/grants')
export class MyGrantsController {
  constructor(private readonly access: AccessGiven) {}

  @Get()
  @ApiOperation({ summary: 'What applications may do for the caller' })
  @ApiOkResponse({ type: GrantListDto })
  @Problems(401)
  async list(@CurrentPrincipal() { userId }: Principal): Promise<GrantListDto> {
    const access = await this.access.list(userId as UserId);
    return { items: access.map(grantDto), nextCursor: null };
  }

  @Delete(':grantId')
  @HttpCode(204)
  @ApiOperation({ summary: 'Take back what an application was allowed: its tokens end at once' })
  @ApiNoContentResponse()
  @Problems(401, 403, 404)
  async revoke(
    @Param('grantId') id: string,
    @CurrentPrincipal() { userId, sessionId }: Principal,
    @Client() client: ClientInfo,
  ): Promise<void> {
    await this.access.revoke(userId as UserId, id, client, sessionId);
  }
}
