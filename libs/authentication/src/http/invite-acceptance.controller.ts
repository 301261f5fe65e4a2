import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ClientInfo } from '@app/audit';
import { Client, Problems, Public } from '@app/http';
import { RateLimit } from '@app/limits/http';
import { UserDto, userDto } from '@app/users/http';
import { InviteAcceptance } from '../invite-acceptance.service.js';
import { AcceptInviteDto } from './invites.dto.js';

@ApiTags('auth')
@Controller('v1/auth/invites')
@Public()
export class InviteAcceptanceController {
  constructor(private readonly acceptance: InviteAcceptance) {}

  @Post('accept')
  @HttpCode(201)
  @RateLimit({ rule: 'reset.address', by: 'address' })
  @ApiOperation({ summary: 'Open the account that an invite is for; signs nobody in' })
  @ApiCreatedResponse({ type: UserDto })
  @Problems(400, 409, 410, 413, 415, 429)
  async accept(@Body() body: AcceptInviteDto, @Client() client: ClientInfo): Promise<UserDto> {
    const { token, password, username, ...profile } = body;
    return userDto(await this.acceptance.accept(token, { password, username: username ?? undefined, profile }, client));
  }
}
