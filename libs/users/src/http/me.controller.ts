import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ClientInfo } from '@app/audit';
import { Client, CurrentPrincipal, InRecovery, type Principal, Problems } from '@app/http';
import { ProfileService } from '../profile.service.js';
import type { UserId } from '../user-id.js';
import { MeDto, UpdateMeDto, userDto } from './user.dto.js';

@ApiTags('me')
@ApiBearerAuth()
@Controller('v1/me')
export class MeController {
  constructor(private readonly profile: ProfileService) {}

  @Get()
  @InRecovery()
  @ApiOperation({ summary: 'The account of the caller' })
  @ApiOkResponse({ type: MeDto })
  @Problems(401)
  async read(@CurrentPrincipal() principal: Principal): Promise<MeDto> {
    const { user, groups } = await this.profile.read(principal.userId as UserId);
    return { ...userDto(user), groups };
  }

  @Patch()
  @ApiOperation({ summary: 'Change user name and standard claims; null clears one' })
  @ApiOkResponse({ type: MeDto })
  @Problems(400, 401, 403, 409, 413, 415)
  async update(
    @CurrentPrincipal() principal: Principal,
    @Body() body: UpdateMeDto,
    @Client() client: ClientInfo,
  ): Promise<MeDto> {
    await this.profile.update(principal.userId as UserId, body, client);
    return this.read(principal);
  }
}
