import { Body, Controller, Delete, Get, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { renderSVG } from 'uqr';
import type { ClientInfo } from '@app/audit';
import { Client, CurrentPrincipal, Fresh, InRecovery, type Principal, Problems } from '@app/http';
import { RateLimit } from '@app/limits/http';
import type { UserId } from '@app/users';
import { TotpEnrolment } from '../totp-enrolment.service.js';
import { factorChange, FactorChangeDto } from './factor-change.dto.js';
import { ConfirmTotpDto, TotpConfirmedDto, TotpDto, TotpEnrolmentDto } from './totp.dto.js';

@ApiTags('me')
@ApiBearerAuth()
@Controller('v1/me/totp')
export class TotpController {
  constructor(private readonly enrolment: TotpEnrolment) {}

  @Get()
  @InRecovery()
  @ApiOperation({ summary: 'Whether the account uses an authenticator app, and since when' })
  @ApiOkResponse({ type: TotpDto })
  @Problems(401)
  async read(@CurrentPrincipal() principal: Principal): Promise<TotpDto> {
    const since = await this.enrolment.since(principal.userId as UserId);
    return { enabled: since !== undefined, since: since?.toISOString() ?? null };
  }

  @Post()
  @HttpCode(200)
  @Fresh()
  @InRecovery()
  @RateLimit({ rule: 'factors.user', by: 'user' })
  @ApiOperation({
    summary: 'Begin to enrol an authenticator app',
    description:
      'It counts once a code of it is confirmed, within half an hour; until then an app used before goes on.',
  })
  @ApiOkResponse({ type: TotpEnrolmentDto })
  @Problems(401, 403, 429)
  async begin(@CurrentPrincipal() principal: Principal): Promise<TotpEnrolmentDto> {
    const { secret, uri } = await this.enrolment.begin(principal.userId as UserId);
    return { secret, uri, qrSvg: renderSVG(uri) };
  }

  @Post('confirm')
  @HttpCode(200)
  @Fresh()
  @InRecovery()
  @RateLimit({ rule: 'factors.user', by: 'user' })
  @ApiOperation({ summary: 'Confirm the new app by a code of it; it takes the place of one used before' })
  @ApiOkResponse({ type: TotpConfirmedDto })
  @Problems(400, 401, 403, 409, 413, 415, 429)
  async confirm(
    @CurrentPrincipal() principal: Principal,
    @Body() { code, ...options }: ConfirmTotpDto,
    @Client() client: ClientInfo,
  ): Promise<TotpConfirmedDto> {
    return { backupCodes: await this.enrolment.confirm(factorChange(principal, options), code, client) };
  }

  @Delete()
  @HttpCode(204)
  @Fresh()
  @RateLimit({ rule: 'factors.user', by: 'user' })
  @ApiOperation({ summary: 'Remove the authenticator app; backup codes go with the last second factor' })
  @ApiNoContentResponse()
  @Problems(400, 401, 403, 404, 413, 415, 429)
  async remove(
    @CurrentPrincipal() principal: Principal,
    @Body() options: FactorChangeDto,
    @Client() client: ClientInfo,
  ): Promise<void> {
    await this.enrolment.remove(factorChange(principal, options), client);
  }
}
