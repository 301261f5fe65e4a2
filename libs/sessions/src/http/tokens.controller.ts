import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { ClientInfo } from '@app/audit';
import { AppError } from '@app/errors';
import {
  clearHostCookie,
  Client,
  CurrentPrincipal,
  type Principal,
  Problems,
  Public,
  sessionCookieName,
} from '@app/http';
import type { UserId } from '@app/users';
import { EndSession } from '../end-session.service.js';
import { RefreshSession } from '../refresh-session.service.js';
import { LogoutDto, RefreshDto, TokenPairDto } from './session.dto.js';

@ApiTags('auth')
@Controller('v1/auth')
export class TokensController {
  constructor(
    private readonly refreshSession: RefreshSession,
    private readonly endSession: EndSession,
  ) {}

  @Post('refresh')
  @Public()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Swap a refresh token for new tokens',
    description:
      'A token works once. Within a short grace, a client that lost the answer gets the same successor again; any other second use ends the session.',
  })
  @ApiOkResponse({ type: TokenPairDto })
  @Problems(400, 401, 413, 415, 429)
  async refresh(@Body() body: RefreshDto, @Client() client: ClientInfo): Promise<TokenPairDto> {
    return this.refreshSession.refresh(body.refreshToken, client);
  }

  @Post('logout')
  @Public({ recognise: true })
  @HttpCode(204)
  @ApiBearerAuth()
  @ApiOperation({ summary: 'End the session of the caller, or of a refresh token' })
  @ApiNoContentResponse()
  @Problems(400, 401, 403, 413, 415)
  async logout(
    @CurrentPrincipal() principal: Principal | null,
    @Body() body: LogoutDto,
    @Client() client: ClientInfo,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    if (body.refreshToken !== undefined) return this.endSession.signOutByRefreshToken(body.refreshToken, client);
    if (!principal) throw new AppError('unauthenticated', 'http.unauthenticated', 'Send the session to end.');
    await this.endSession.signOut(principal.sessionId, principal.userId as UserId, client);
    if (principal.carrier === 'cookie') clearHostCookie(reply, sessionCookieName);
  }
}
