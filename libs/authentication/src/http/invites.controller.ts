import { Body, Controller, Delete, Get, HttpCode, Param, type PipeTransform, Post, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { isISO8601, isUUID } from 'class-validator';
import type { ClientInfo } from '@app/audit';
import {
  ApiCursorPage,
  Client,
  CurrentPrincipal,
  type CursorPage,
  cursorPage,
  Fresh,
  invalidCursor,
  type Principal,
  Problems,
  readCursor,
  Roles,
} from '@app/http';
import type { UserId } from '@app/users';
import { inviteNotFound } from '../invites.errors.js';
import { InvitesRepository } from '../invites.repository.js';
import { Invites } from '../invites.service.js';
import { CreateInviteDto, InviteDto, inviteDto, InviteQuery } from './invites.dto.js';

/** An invite's id in a path; what is none names no invite. */
const inviteId: PipeTransform<string, string> = {
  transform(value) {
    if (!isUUID(value)) throw inviteNotFound();
    return value;
  },
};

@ApiTags('admin')
@ApiBearerAuth()
@Roles('admin')
@Controller('v1/admin/invites')
export class InvitesController {
  constructor(
    private readonly invites: Invites,
    private readonly repository: InvitesRepository,
  ) {}

  @Post()
  @Fresh()
  @HttpCode(201)
  @ApiOperation({ summary: 'Invite an address to open an account; its link works for seven days from the mail' })
  @ApiCreatedResponse({ type: InviteDto })
  @Problems(400, 401, 403, 409, 413, 415)
  async create(
    @Body() { email, note = null, roles = [] }: CreateInviteDto,
    @CurrentPrincipal() { userId }: Principal,
    @Client() client: ClientInfo,
  ): Promise<InviteDto> {
    return inviteDto(await this.invites.create({ email, note, roles }, userId as UserId, client));
  }

  @Get()
  @ApiOperation({ summary: 'The invites, the newest first' })
  @ApiCursorPage(InviteDto)
  @Problems(400, 401, 403)
  async list(@Query() { limit, cursor, state }: InviteQuery): Promise<CursorPage<InviteDto>> {
    const rows = await this.repository.list({ state, limit: limit + 1, after: positionIn(cursor) });
    const page = cursorPage(rows, limit, ({ position, id }) => [position, id]);
    return { ...page, items: page.items.map(inviteDto) };
  }

  @Post(':inviteId/resend')
  @HttpCode(200)
  @ApiOperation({ summary: 'Mail an invite again, with a new link; the old one dies' })
  @ApiOkResponse({ type: InviteDto })
  @Problems(401, 403, 404, 409)
  async resend(
    @Param('inviteId', inviteId) id: string,
    @CurrentPrincipal() { userId }: Principal,
    @Client() client: ClientInfo,
  ): Promise<InviteDto> {
    return inviteDto(await this.invites.resend(id, userId as UserId, client));
  }

  @Delete(':inviteId')
  @HttpCode(204)
  @ApiOperation({ summary: 'Revoke an invite' })
  @ApiNoContentResponse()
  @Problems(401, 403, 404, 409)
  async revoke(
    @Param('inviteId', inviteId) id: string,
    @CurrentPrincipal() { userId }: Principal,
    @Client() client: ClientInfo,
  ): Promise<void> {
    await this.invites.revoke(id, userId as UserId, client);
  }
}

function positionIn(cursor: string | undefined): readonly [string, string] | undefined {
  const [position, id] = readCursor(cursor, 2) ?? [];
  if (position === undefined || id === undefined) return undefined;
  if (!isISO8601(position, { strict: true, strictSeparator: true }) || !isUUID(id)) throw invalidCursor();
  return [position, id];
}
