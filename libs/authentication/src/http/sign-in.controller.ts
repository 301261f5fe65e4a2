import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { ClientInfo } from '@app/audit';
import { Client, Problems, Public } from '@app/http';
import { RateLimit, StrangersLimit } from '@app/limits/http';
import { PasswordChange } from '../password-change.service.js';
import { SignIn } from '../sign-in.service.js';
import {
  type AnySignInDto,
  AuthenticatedDto,
  ChangeRequiredPasswordDto,
  LoginDto,
  MfaRequiredDto,
  PasswordChangeRequiredDto,
  signInSchema,
} from './authentication.dto.js';
import { signInAnswer } from './sign-in-answer.js';

@ApiTags('auth')
@ApiExtraModels(AuthenticatedDto, MfaRequiredDto, PasswordChangeRequiredDto)
@Controller('v1/auth')
@Public()
export class SignInController {
  constructor(
    private readonly signIn: SignIn,
    private readonly passwordChange: PasswordChange,
  ) {}

  @Post('login')
  @HttpCode(200)
  @RateLimit(
    { rule: 'login.address', by: 'address' },
    { rule: 'login.account', by: { account: 'identifier' }, strangersOnly: true },
    { rule: 'login.pair', by: { pair: 'identifier' }, strangersOnly: true },
    { rule: 'login.device', by: { device: 'identifier' } },
  )
  @ApiOperation({ summary: 'Sign in by password' })
  @ApiOkResponse({ schema: signInSchema })
  @Problems(400, 401, 413, 415, 429)
  async login(
    @Body() body: LoginDto,
    @Client() client: ClientInfo,
    @StrangersLimit() strangersLimit: Error | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AnySignInDto> {
    const { identifier, password, delivery: carrier } = body;
    const context = { carrier, client, strangersLimit };
    return signInAnswer(await this.signIn.byPassword(identifier, password, context), reply);
  }

  @Post('password/change-required')
  @HttpCode(200)
  @RateLimit({ rule: 'reset.address', by: 'address' })
  @ApiOperation({ summary: 'Choose the new password that a sign-in asked for, and be signed in' })
  @ApiOkResponse({ schema: signInSchema })
  @Problems(400, 410, 413, 415, 429)
  async changeRequired(
    @Body() body: ChangeRequiredPasswordDto,
    @Client() client: ClientInfo,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AnySignInDto> {
    const { challengeId, newPassword, delivery: carrier } = body;
    return signInAnswer(await this.passwordChange.changeRequired(challengeId, newPassword, { carrier, client }), reply);
  }
}
