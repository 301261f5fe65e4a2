import { Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBearerAuth,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { ClientInfo } from '@app/audit';
import { Client, CurrentPrincipal, Fresh, type Principal, Problems, Roles } from '@app/http';
import type { UserId } from '@app/users';
import { FactorResets } from '../factor-resets.service.js';
import { FactorResetDto, factorResetDto } from './factor-reset.dto.js';
import { userIdInPath } from './user-id.pipe.js';

@ApiTags('admin')
@ApiBearerAuth()
@Roles('admin')
@Controller('v1/admin/users/:userId/factors/reset')
export class AdminFactorsController {
  constructor(private readonly resets: FactorResets) {}

  @Post()
  @HttpCode(202)
  @Fresh()
  @ApiOperation({
    summary: 'Begin the reset of lost second factors',
    description:
      'Nothing changes yet. The owner is told at once by a mail whose link stops the reset or, after a delay that nobody can skip, finishes it with the password.',
  })
  @ApiAcceptedResponse({ type: FactorResetDto })
  @Problems(401, 403, 404, 409)
  async request(
    @Param('userId', userIdInPath) id: UserId,
    @CurrentPrincipal() principal: Principal,
    @Client() client: ClientInfo,
  ): Promise<FactorResetDto> {
    return factorResetDto(await this.resets.request(id, principal.userId as UserId, client));
  }

  @Get()
  @ApiOperation({ summary: 'The last reset of an account’s second factors' })
  @ApiOkResponse({ type: FactorResetDto })
  @Problems(401, 403, 404)
  async read(@Param('userId', userIdInPath) id: UserId): Promise<FactorResetDto> {
    return factorResetDto(await this.resets.read(id));
  }

  @Delete()
  @HttpCode(204)
  @ApiOperation({ summary: 'Cancel the open reset of an account; its link stops working' })
  @ApiNoContentResponse()
  @Problems(401, 403, 404)
  async cancel(
    @Param('userId', userIdInPath) id: UserId,
    @CurrentPrincipal() principal: Principal,
    @Client() client: ClientInfo,
  ): Promise<void> {
    await this.resets.cancel(id, principal.userId as UserId, client);
  }
}
