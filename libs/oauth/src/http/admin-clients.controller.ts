import { Body, Controller, Delete, Get, HttpCode, Param, Patch, type PipeTransform, Post, Query } from '@nestjs/common';
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
  CursorQuery,
  Fresh,
  invalidCursor,
  type Principal,
  Problems,
  readCursor,
  Roles,
} from '@app/http';
import type { UserId } from '@app/users';
import { AdministeredClientsRepository } from '../administered-clients.repository.js';
import { type Administrator, ClientAdministration } from '../client-administration.service.js';
import { InstallationLifetimes } from '../installation-lifetimes.js';
import { clientNotFound, secretNotFound } from '../oauth.errors.js';
import type { ClientMetadata } from '../persistence/oauth-client.entity.js';
import {
  ClientDto,
  clientDto,
  ClientMetadataDto,
  ClientWithSecretDto,
  clientWithSecretDto,
  CreateClientDto,
  RotateSecretDto,
} from './client.dto.js';

/** A client_id in a path; what PostgreSQL cannot compare names no client. */
const clientId: PipeTransform<string, string> = {
  transform(value) {
    if (value.includes('\0')) throw clientNotFound();
    return value;
  },
};

const secretId: PipeTransform<string, string> = {
  transform(value) {
    if (!isUUID(value)) throw secretNotFound();
    return value;
  },
};

@ApiTags('admin')
@ApiBearerAuth()
@Roles('admin')
@Controller('v1/admin/clients')
export class AdminClientsController {
  constructor(
    private readonly administration: ClientAdministration,
    private readonly clients: AdministeredClientsRepository,
    private readonly lifetimes: InstallationLifetimes,
  ) {}

  @Post()
  @Fresh()
  @HttpCode(201)
  @ApiOperation({ summary: 'Register a client; its secret, if it needs one, is in this answer only' })
  @ApiCreatedResponse({ type: ClientWithSecretDto })
  @Problems(400, 401, 403, 409, 413, 415)
  async create(
    @Body() body: CreateClientDto,
    @CurrentPrincipal() principal: Principal,
    @Client() client: ClientInfo,
  ): Promise<ClientWithSecretDto> {
    const made = await this.administration.create(members(body), administrator(principal, client));
    return clientWithSecretDto(made, this.lifetimes);
  }

  @Get()
  @ApiOperation({ summary: 'The clients, the newest first' })
  @ApiCursorPage(ClientDto)
  @Problems(400, 401, 403)
  async list(@Query() { limit, cursor }: CursorQuery): Promise<CursorPage<ClientDto>> {
    const rows = await this.clients.list(limit + 1, positionIn(cursor));
    const page = cursorPage(rows, limit, ({ position, id }) => [position, id]);
    return { ...page, items: page.items.map((client) => clientDto(client, this.lifetimes)) };
  }

  @Get(':clientId')
  @ApiOperation({ summary: 'One client, and how long its tokens come to live' })
  @ApiOkResponse({ type: ClientDto })
  @Problems(401, 403, 404)
  async read(@Param('clientId', clientId) id: string): Promise<ClientDto> {
    return clientDto(await this.administration.read(id), this.lifetimes);
  }

  @Patch(':clientId')
  @Fresh()
  @ApiOperation({
    summary: 'Change members of a client; null takes one away',
    description: 'A client that needs a secret from now on, and has none, gets one: it is in this answer only.',
  })
  @ApiOkResponse({ type: ClientWithSecretDto })
  @Problems(400, 401, 403, 404, 413, 415)
  async change(
    @Param('clientId', clientId) id: string,
    @Body() body: ClientMetadataDto,
    @CurrentPrincipal() principal: Principal,
    @Client() client: ClientInfo,
  ): Promise<ClientWithSecretDto> {
    const changed = await this.administration.change(id, members(body), administrator(principal, client));
    return clientWithSecretDto(changed, this.lifetimes);
  }

  @Delete(':clientId')
  @Fresh()
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a client, its tokens and what people allowed it' })
  @ApiNoContentResponse()
  @Problems(401, 403, 404)
  async delete(
    @Param('clientId', clientId) id: string,
    @CurrentPrincipal() principal: Principal,
    @Client() client: ClientInfo,
  ): Promise<void> {
    await this.administration.delete(id, administrator(principal, client));
  }

  @Post(':clientId/secrets')
  @Fresh()
  @HttpCode(201)
  @ApiOperation({ summary: 'Make a new secret; the old one is good for a while, a day if nothing is said' })
  @ApiCreatedResponse({ type: ClientWithSecretDto })
  @Problems(400, 401, 403, 404, 409, 413, 415)
  async rotateSecret(
    @Param('clientId', clientId) id: string,
    @Body() body: RotateSecretDto,
    @CurrentPrincipal() principal: Principal,
    @Client() client: ClientInfo,
  ): Promise<ClientWithSecretDto> {
    const by = administrator(principal, client);
    return clientWithSecretDto(await this.administration.rotateSecret(id, body.overlap_seconds, by), this.lifetimes);
  }

  @Delete(':clientId/secrets/:secretId')
  @Fresh()
  @HttpCode(204)
  @ApiOperation({ summary: 'End an old secret now' })
  @ApiNoContentResponse()
  @Problems(401, 403, 404, 409)
  async endSecret(
    @Param('clientId', clientId) id: string,
    @Param('secretId', secretId) secret: string,
    @CurrentPrincipal() principal: Principal,
    @Client() client: ClientInfo,
  ): Promise<void> {
    await this.administration.endSecret(id, secret, administrator(principal, client));
  }

  @Post(':clientId/disable')
  @Fresh()
  @HttpCode(200)
  @ApiOperation({ summary: 'Refuse a client everything, and its opaque tokens, until it is enabled again' })
  @ApiOkResponse({ type: ClientDto })
  @Problems(401, 403, 404)
  async disable(
    @Param('clientId', clientId) id: string,
    @CurrentPrincipal() principal: Principal,
    @Client() client: ClientInfo,
  ): Promise<ClientDto> {
    return clientDto(await this.administration.setDisabled(id, true, administrator(principal, client)), this.lifetimes);
  }

  @Post(':clientId/enable')
  @Fresh()
  @HttpCode(200)
  @ApiOperation({ summary: 'Enable a client again' })
  @ApiOkResponse({ type: ClientDto })
  @Problems(401, 403, 404)
  async enable(
    @Param('clientId', clientId) id: string,
    @CurrentPrincipal() principal: Principal,
    @Client() client: ClientInfo,
  ): Promise<ClientDto> {
    return clientDto(
      await this.administration.setDisabled(id, false, administrator(principal, client)),
      this.lifetimes,
    );
  }
}

const administrator = (principal: Principal, client: ClientInfo): Administrator => ({
  userId: principal.userId as UserId,
  client,
});

/** Those that were sent. */
const members = (body: ClientMetadataDto): ClientMetadata =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));

function positionIn(cursor: string | undefined): readonly [string, string] | undefined {
  const [position, id] = readCursor(cursor, 2) ?? [];
  if (position === undefined || id === undefined) return undefined;
  if (!isISO8601(position, { strict: true, strictSeparator: true })) throw invalidCursor();
  return [position, id];
}
