import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { ClientInfo } from '@app/audit';
import { PasskeysRepository } from '@app/credentials';
import { Client, CurrentPrincipal, Fresh, InRecovery, type Principal, Problems } from '@app/http';
import { RateLimit } from '@app/limits/http';
import type { UserId } from '@app/users';
import { PasskeyManagement } from '../passkey-management.service.js';
import { type PasskeyOwner, PasskeyRegistration } from '../passkey-registration.service.js';
import { factorChange, FactorChangeDto } from './factor-change.dto.js';
import { passkeyId } from './passkey-id.pipe.js';
import {
  AddedPasskeyDto,
  NewPasskeyDto,
  PasskeyDto,
  passkeyDto,
  PasskeyListDto,
  PasskeyOptionsDto,
  passkeyOptionsDto,
  RenamePasskeyDto,
} from './passkeys.dto.js';

@ApiTags('me')
@ApiBearerAuth()
@Controller('v1/me/passkeys')
export class PasskeysController {
  constructor(
    private readonly passkeys: PasskeysRepository,
    private readonly registration: PasskeyRegistration,
    private readonly management: PasskeyManagement,
  ) {}

  @Get()
  @InRecovery()
  @ApiOperation({ summary: 'The passkeys of the caller, the oldest first' })
  @ApiOkResponse({ type: PasskeyListDto })
  @Problems(401)
  async list(@CurrentPrincipal() principal: Principal): Promise<PasskeyListDto> {
    const passkeys = await this.passkeys.list(ownerOf(principal).userId);
    return { items: passkeys.map(passkeyDto), nextCursor: null };
  }

  @Post('options')
  @HttpCode(200)
  @Fresh()
  @InRecovery()
  @RateLimit({ rule: 'factors.user', by: 'user' })
  @ApiOperation({ summary: 'Options for making a new passkey' })
  @ApiOkResponse({ type: PasskeyOptionsDto })
  @Problems(401, 403, 429)
  async options(@CurrentPrincipal() principal: Principal): Promise<PasskeyOptionsDto> {
    return passkeyOptionsDto(await this.registration.options(ownerOf(principal)));
  }

  @Post()
  @Fresh()
  @InRecovery()
  @RateLimit({ rule: 'factors.user', by: 'user' })
  @ApiOperation({
    summary: 'Add the passkey that was made',
    description: 'It signs in alone, and is a second factor from now on. The first one brings backup codes.',
  })
  @ApiCreatedResponse({ type: AddedPasskeyDto })
  @Problems(400, 401, 403, 409, 410, 413, 415, 429, 503)
  async add(
    @CurrentPrincipal() principal: Principal,
    @Body() { response, name, ...options }: NewPasskeyDto,
    @Client() client: ClientInfo,
  ): Promise<AddedPasskeyDto> {
    const added = await this.registration.register(factorChange(principal, options), response, name, client);
    return { passkey: passkeyDto(added.passkey), backupCodes: added.backupCodes };
  }

  @Patch(':passkeyId')
  @ApiOperation({ summary: 'Rename a passkey' })
  @ApiOkResponse({ type: PasskeyDto })
  @Problems(400, 401, 403, 404, 413, 415)
  async rename(
    @CurrentPrincipal() principal: Principal,
    @Param('passkeyId', passkeyId) id: string,
    @Body() { name }: RenamePasskeyDto,
    @Client() client: ClientInfo,
  ): Promise<PasskeyDto> {
    return passkeyDto(await this.management.rename(ownerOf(principal), id, name, client));
  }

  @Delete(':passkeyId')
  @HttpCode(204)
  @Fresh()
  @RateLimit({ rule: 'factors.user', by: 'user' })
  @ApiOperation({ summary: 'Revoke a passkey', description: 'With the last second factor the backup codes go too.' })
  @ApiNoContentResponse()
  @Problems(400, 401, 403, 404, 413, 415, 429)
  async remove(
    @CurrentPrincipal() principal: Principal,
    @Param('passkeyId', passkeyId) id: string,
    @Body() options: FactorChangeDto,
    @Client() client: ClientInfo,
  ): Promise<void> {
    await this.management.remove(factorChange(principal, options), id, client);
  }
}

const ownerOf = ({ userId, sessionId }: Principal): PasskeyOwner => ({ userId: userId as UserId, sessionId });
