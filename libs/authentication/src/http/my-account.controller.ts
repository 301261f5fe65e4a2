import { Body, Controller, Delete, HttpCode, Post, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { ClientInfo } from '@app/audit';
import {
  clearHostCookie,
  Client,
  CurrentPrincipal,
  Fresh,
  type Principal,
  Problems,
  sessionCookieName,
} from '@app/http';
import { RateLimit } from '@app/limits/http';
import type { UserId } from '@app/users';
import { AccountDeletion } from '../account-deletion.service.js';
import { EmailChange } from '../email-change.service.js';
import { PasswordChange } from '../password-change.service.js';
import { AcceptedDto, ChangeEmailDto, ChangePasswordDto, DeleteAccountDto } from './authentication.dto.js';

@ApiTags('me')
@ApiBearerAuth()
@Controller('v1/me')
export class MyAccountController {
  constructor(
    private readonly passwordChange: PasswordChange,
    private readonly emailChange: EmailChange,
    private readonly deletion: AccountDeletion,
  ) {}

  @Post('password')
  @HttpCode(204)
  @Fresh()
  @RateLimit({ rule: 'password.user', by: 'user' })
  @ApiOperation({ summary: 'Change the password; all other sessions end' })
  @ApiNoContentResponse()
  @Problems(400, 401, 403, 413, 415, 429)
  async changePassword(
    @CurrentPrincipal() principal: Principal,
    @Body() body: ChangePasswordDto,
    @Client() client: ClientInfo,
  ): Promise<void> {
    const { userId, sessionId } = principal;
    await this.passwordChange.change({ userId: userId as UserId, sessionId }, body, client);
  }

  @Post('email')
  @HttpCode(202)
  @Fresh()
  @RateLimit({ rule: 'password.user', by: 'user' }, { rule: 'email_change.user', by: 'user' })
  @ApiOperation({ summary: 'Ask to move to another address; it changes when that address is proved' })
  @ApiAcceptedResponse({ type: AcceptedDto })
  @Problems(400, 401, 403, 413, 415, 429)
  async changeEmail(
    @CurrentPrincipal() principal: Principal,
    @Body() body: ChangeEmailDto,
    @Client() client: ClientInfo,
  ): Promise<AcceptedDto> {
    const { userId, sessionId } = principal;
    await this.emailChange.request({ userId: userId as UserId, sessionId }, body, client);
    return { status: 'accepted' };
  }

  @Delete()
  @HttpCode(204)
  @Fresh()
  @RateLimit({ rule: 'password.user', by: 'user' })
  @ApiOperation({ summary: 'Delete the account of the caller' })
  @ApiNoContentResponse()
  @Problems(400, 401, 403, 409, 413, 415, 429)
  async delete(
    @CurrentPrincipal() principal: Principal,
    @Body() body: DeleteAccountDto,
    @Client() client: ClientInfo,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.deletion.delete(principal.userId as UserId, body.currentPassword, client);
    if (principal.carrier === 'cookie') clearHostCookie(reply, sessionCookieName);
  }
}
