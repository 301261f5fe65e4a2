import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { ClientInfo } from '@app/audit';
import { Client, Problems, Public, rememberDevice } from '@app/http';
import { RateLimit } from '@app/limits/http';
import { PasswordReset } from '../password-reset.service.js';
import { AcceptedDto, EmailDto, ResetPasswordDto } from './authentication.dto.js';

@ApiTags('auth')
@Controller('v1/auth/password')
@Public()
export class PasswordResetController {
  constructor(private readonly passwordReset: PasswordReset) {}

  @Post('forgot')
  @HttpCode(202)
  @RateLimit({ rule: 'forgot.address', by: 'address' }, { rule: 'forgot.account', by: { account: 'email' } })
  @ApiOperation({ summary: 'Ask for a reset link; the same answer for known and unknown addresses' })
  @ApiAcceptedResponse({ type: AcceptedDto })
  @Problems(400, 413, 415, 429)
  async forgot(@Body() body: EmailDto, @Client() client: ClientInfo): Promise<AcceptedDto> {
    await this.passwordReset.request(body.email, client);
    return { status: 'accepted' };
  }

  @Post('reset')
  @HttpCode(204)
  @RateLimit({ rule: 'reset.address', by: 'address' })
  @ApiOperation({ summary: 'Set a new password; every session of the account ends' })
  @ApiNoContentResponse()
  @Problems(400, 410, 413, 415, 429)
  async reset(
    @Body() body: ResetPasswordDto,
    @Client() client: ClientInfo,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const { device } = await this.passwordReset.reset(body.token, body.newPassword, client);
    rememberDevice(reply, device);
  }
}
