import { Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiPropertyOptional,
  ApiTags,
} from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import type { ClientInfo } from '@app/audit';
import {
  ApiCursorPage,
  Client,
  CurrentPrincipal,
  type CursorPage,
  cursorPage,
  CursorQuery,
  Fresh,
  invalidCursor,
  type Principal,
  Problems,
  readCursor,
  Roles,
} from '@app/http';
import { EndSession, SessionsRepository } from '@app/sessions';
import { sessionDto, sessionId, SessionListDto } from '@app/sessions/http';
import { parseUserId, type UserId, userNotFound, UsersRepository } from '@app/users';
import { UserDto, userDto } from '@app/users/http';
import { UserAdministration } from '../user-administration.service.js';
import { userIdInPath } from './user-id.pipe.js';

export class UserQuery extends CursorQuery {
  @ApiPropertyOptional({ description: 'Beginning of an address, a user name or a name' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  search?: string;

  @ApiPropertyOptional({ enum: ['active', 'disabled', 'deleted'] })
  @IsOptional()
  @IsIn(['active', 'disabled', 'deleted'])
  status?: string;
}

@ApiTags('admin')
@ApiBearerAuth()
@Roles('admin')
@Controller('v1/admin/users')
export class AdminUsersController {
  constructor(
    private readonly users: UsersRepository,
    private readonly administration: UserAdministration,
    private readonly sessions: SessionsRepository,
    private readonly endSession: EndSession,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Search accounts' })
  @ApiCursorPage(UserDto)
  @Problems(400, 401, 403)
  async search(@Query() query: UserQuery): Promise<CursorPage<UserDto>> {
    const { limit, cursor, search, status } = query;
    const position = readCursor(cursor, 1)?.[0];
    const after = position === undefined ? undefined : parseUserId(position);
    if (position !== undefined && after === undefined) throw invalidCursor();
    const rows = await this.users.search({ text: search, status, limit: limit + 1, after });
    return cursorPage(rows.map(userDto), limit, (user) => [user.id]);
  }

  @Get(':userId')
  @ApiOperation({ summary: 'One account' })
  @ApiOkResponse({ type: UserDto })
  @Problems(401, 403, 404)
  async read(@Param('userId', userIdInPath) id: UserId): Promise<UserDto> {
    const user = await this.users.find(id);
    if (!user) throw userNotFound();
    return userDto(user);
  }

  @Post(':userId/disable')
  @HttpCode(200)
  @Fresh()
  @ApiOperation({ summary: 'Disable an account and end all its sessions' })
  @ApiOkResponse({ type: UserDto })
  @Problems(401, 403, 404, 409)
  async disable(
    @Param('userId', userIdInPath) id: UserId,
    @CurrentPrincipal() principal: Principal,
    @Client() client: ClientInfo,
  ): Promise<UserDto> {
    return userDto(await this.administration.disable(id, principal.userId as UserId, client));
  }

  @Post(':userId/enable')
  @HttpCode(200)
  @Fresh()
  @ApiOperation({ summary: 'Enable an account again' })
  @ApiOkResponse({ type: UserDto })
  @Problems(401, 403, 404)
  async enable(
    @Param('userId', userIdInPath) id: UserId,
    @CurrentPrincipal() principal: Principal,
    @Client() client: ClientInfo,
  ): Promise<UserDto> {
    return userDto(await this.administration.enable(id, principal.userId as UserId, client));
  }

  @Get(':userId/sessions')
  @ApiOperation({ summary: 'The active sessions of an account' })
  @ApiOkResponse({ type: SessionListDto })
  @Problems(401, 403, 404)
  async listSessions(
    @Param('userId', userIdInPath) id: UserId,
    @CurrentPrincipal() principal: Principal,
  ): Promise<SessionListDto> {
    await this.read(id);
    const sessions = await this.sessions.list(id);
    return { items: sessions.map((session) => sessionDto(session, principal.sessionId)), nextCursor: null };
  }

  @Delete(':userId/sessions')
  @HttpCode(204)
  @Fresh()
  @ApiOperation({ summary: 'End all sessions of an account' })
  @ApiNoContentResponse()
  @Problems(401, 403, 404)
  async endSessions(
    @Param('userId', userIdInPath) id: UserId,
    @CurrentPrincipal() principal: Principal,
    @Client() client: ClientInfo,
  ): Promise<void> {
    await this.read(id);
    await this.endSession.endAll(id, { actorId: principal.userId as UserId, admin: true }, client);
  }

  @Delete(':userId/sessions/:sessionId')
  @HttpCode(204)
  @Fresh()
  @ApiOperation({ summary: 'End one session of an account' })
  @ApiNoContentResponse()
  @Problems(401, 403, 404)
  async endOneSession(
    @Param('userId', userIdInPath) id: UserId,
    @Param('sessionId', sessionId) session: string,
    @CurrentPrincipal() principal: Principal,
    @Client() client: ClientInfo,
  ): Promise<void> {
    await this.endSession.endOne(session, id, { actorId: principal.userId as UserId, admin: true }, client);
  }
}
