import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ClientInfo } from '@app/audit';
import { Client, CurrentPrincipal, Fresh, InRecovery, type Principal, Problems } from '@app/http';
import { RateLimit } from '@app/limits/http';
import type { UserId } from '@app/users';
import { BackupCodeRenewal } from '../backup-code-renewal.service.js';
import { factorChange, FactorChangeDto } from './factor-change.dto.js';
import { BackupCodesDto, BackupCodesMadeDto } from './totp.dto.js';

@ApiTags('me')
@ApiBearerAuth()
@Controller('v1/me/backup-codes')
export class BackupCodesController {
  constructor(private readonly renewal: BackupCodeRenewal) {}

  @Get()
  @InRecovery()
  @ApiOperation({ summary: 'How many backup codes the account has, and how many of them are left' })
  @ApiOkResponse({ type: BackupCodesDto })
  @Problems(401)
  async read(@CurrentPrincipal() principal: Principal): Promise<BackupCodesDto> {
    const { total, remaining, createdAt } = await this.renewal.status(principal.userId as UserId);
    return { total, remaining, createdAt: createdAt?.toISOString() ?? null };
  }

  @Post()
  @HttpCode(200)
  @Fresh()
  @RateLimit({ rule: 'factors.user', by: 'user' })
  @ApiOperation({ summary: 'Make new backup codes; those from before no longer work' })
  @ApiOkResponse({ type: BackupCodesMadeDto })
  @Problems(400, 401, 403, 409, 413, 415, 429)
  async renew(
    @CurrentPrincipal() principal: Principal,
    @Body() options: FactorChangeDto,
    @Client() client: ClientInfo,
  ): Promise<BackupCodesMadeDto> {
    return { backupCodes: await this.renewal.renew(factorChange(principal, options), client) };
  }
}
