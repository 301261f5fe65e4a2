import { Controller, Delete, Get, HttpCode, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ClientInfo } from '@app/audit';
import { Client, CurrentPrincipal, Fresh, InRecovery, type Principal, Problems } from '@app/http';
import type { UserId } from '@app/users';
import { EndSession } from '../end-session.service.js';
import { SessionsRepository } from '../sessions.repository.js';
import { CurrentSessionDto, currentSessionDto } from './current-session.dto.js';
import { sessionId } from './session-id.pipe.js';
import { sessionDto, SessionListDto } from './session.dto.js';

@ApiTags('me')
@ApiBearerAuth()
@Controller('v1/me/sessions')
export class MySessionsController {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly endSession: EndSession,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The active sessions of the caller, the last used first' })
  @ApiOkResponse({ type: SessionListDto })
  @Problems(401)
  async list(@CurrentPrincipal() principal: Principal): Promise<SessionListDto> {
    const sessions = await this.sessions.list(principal.userId as UserId);
    return { items: sessions.map((session) => sessionDto(session, principal.sessionId)), nextCursor: null };
  }

  @Get('current')
  @InRecovery()
  @ApiOperation({ summary: 'The session of the request: the cheapest way to ask whether one is signed in' })
  @ApiOkResponse({ type: CurrentSessionDto })
  @Problems(401)
  current(@CurrentPrincipal() principal: Principal): CurrentSessionDto {
    return currentSessionDto(principal);
  }

  @Delete()
  @HttpCode(204)
  @Fresh()
  @ApiOperation({ summary: 'End all sessions of the caller but this one' })
  @ApiNoContentResponse()
  @Problems(401, 403)
  async endOthers(@CurrentPrincipal() principal: Principal, @Client() client: ClientInfo): Promise<void> {
    const userId = principal.userId as UserId;
    await this.endSession.endAll(userId, { actorId: userId, admin: false }, client, principal.sessionId);
  }

  @Delete(':sessionId')
  @HttpCode(204)
  @Fresh()
  @ApiOperation({ summary: 'End one session of the caller' })
  @ApiNoContentResponse()
  @Problems(401, 403, 404)
  async endOne(
    @CurrentPrincipal() principal: Principal,
    @Param('sessionId', sessionId) id: string,
    @Client() client: ClientInfo,
  ): Promise<void> {
    const userId = principal.userId as UserId;
    await this.endSession.endOne(id, userId, { actorId: userId, admin: false }, client);
  }
}
