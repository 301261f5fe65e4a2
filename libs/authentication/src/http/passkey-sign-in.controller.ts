import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { ClientInfo } from '@app/audit';
import { Client, CurrentPrincipal, type Principal, Problems, Public } from '@app/http';
import { RateLimit } from '@app/limits/http';
import type { UserId } from '@app/users';
import type { PasskeyOptions } from '../passkey-challenges.js';
import { PasskeySignIn } from '../passkey-sign-in.service.js';
import { sessionNeeded } from '../passkey.errors.js';
import { type AnySignInDto, signInSchema } from './authentication.dto.js';
import { PasskeyOptionsDto, passkeyOptionsDto, PasskeySignInDto, PasskeySignInOptionsDto } from './passkeys.dto.js';
import { signInAnswer } from './sign-in-answer.js';

@ApiTags('auth')
@Controller('v1/auth/passkey')
export class PasskeySignInController {
  constructor(private readonly passkeys: PasskeySignIn) {}

  @Post('options')
  @Public({ recognise: true })
  @HttpCode(200)
  @RateLimit({ rule: 'passkey.address', by: 'address' })
  @ApiOperation({
    summary: 'Options for signing in by passkey, for a second factor, or for a step-up',
    description:
      'For a sign-in nobody has to say who they are: the device knows, also while an input with autocomplete="webauthn" waits.',
  })
  @ApiOkResponse({ type: PasskeyOptionsDto })
  @Problems(400, 401, 403, 413, 415, 429)
  async options(
    @Body() { challengeId, purpose }: PasskeySignInOptionsDto,
    @CurrentPrincipal() principal: Principal | null,
  ): Promise<PasskeyOptionsDto> {
    return passkeyOptionsDto(await this.optionsFor(challengeId, purpose, principal));
  }

  @Post('verify')
  @Public()
  @HttpCode(200)
  @RateLimit({ rule: 'login.address', by: 'address' })
  @ApiOperation({
    summary: 'Sign in by passkey',
    description: 'A sign-in by two factors: the passkey, and the PIN, finger or face that unlocked it.',
  })
  @ApiOkResponse({ schema: signInSchema })
  @Problems(400, 401, 403, 410, 413, 415, 429)
  async verify(
    @Body() { response, delivery: carrier }: PasskeySignInDto,
    @Client() client: ClientInfo,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AnySignInDto> {
    return signInAnswer(await this.passkeys.signIn(response, { carrier, client }), reply);
  }

  private optionsFor(
    challengeId: string | undefined,
    purpose: 'sign_in' | 'step_up' | undefined,
    principal: Principal | null,
  ): Promise<PasskeyOptions> {
    if (challengeId !== undefined) {
      return this.passkeys.optionsForChallenge(challengeId, principal?.sessionId ?? null);
    }
    if (purpose === 'sign_in' || (purpose === undefined && principal === null)) return this.passkeys.options();
    if (principal === null) throw sessionNeeded();
    return this.passkeys.optionsForStepUp({ userId: principal.userId as UserId, sessionId: principal.sessionId });
  }
}
