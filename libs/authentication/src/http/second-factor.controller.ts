import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { ClientInfo } from '@app/audit';
import { Client, CurrentPrincipal, type Principal, Problems, Public } from '@app/http';
import { RateLimit } from '@app/limits/http';
import type { UserId } from '@app/users';
import { SecondFactorVerification } from '../second-factor-verification.js';
import { StepUp } from '../step-up.service.js';
import { type AnySignInDto, MfaRequiredDto, signInSchema } from './authentication.dto.js';
import { StepUpDto, VerifySecondFactorDto } from './second-factor.dto.js';
import { signInAnswer } from './sign-in-answer.js';

@ApiTags('auth')
@ApiExtraModels(MfaRequiredDto)
@Controller('v1/auth')
export class SecondFactorController {
  constructor(
    private readonly verification: SecondFactorVerification,
    private readonly stepUp: StepUp,
  ) {}

  @Post('mfa/verify')
  @Public({ recognise: true })
  @HttpCode(200)
  @RateLimit({ rule: 'login.address', by: 'address' })
  @ApiOperation({
    summary: 'Answer the challenge of a sign-in with a second factor',
    description: 'The challenge of a step-up is answered with the credentials of the session that began it.',
  })
  @ApiOkResponse({ schema: signInSchema })
  @Problems(400, 401, 403, 410, 413, 415, 429)
  async verify(
    @Body() body: VerifySecondFactorDto,
    @CurrentPrincipal() principal: Principal | null,
    @Client() client: ClientInfo,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AnySignInDto> {
    const { challengeId, method, ...answer } = body;
    const sessionId = principal?.sessionId ?? null;
    return signInAnswer(await this.verification.verify(challengeId, method, answer, sessionId, client), reply);
  }

  @Post('step-up')
  @HttpCode(200)
  @RateLimit({ rule: 'password.user', by: 'user' })
  @ApiBearerAuth()
  @ApiOperation({
    summary: 'Prove again that it is you, for what answers authentication.step_up_required',
    description: 'Answers like a sign-in. The new session takes the place of the one that asked.',
  })
  @ApiOkResponse({ schema: signInSchema })
  @Problems(400, 401, 403, 410, 413, 415, 429)
  async again(
    @Body() proof: StepUpDto,
    @CurrentPrincipal() principal: Principal,
    @Client() client: ClientInfo,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AnySignInDto> {
    const { userId, sessionId: replaces, carrier } = principal;
    const context = { carrier: carrier === 'cookie' ? 'cookie' : 'tokens', client, replaces } as const;
    return signInAnswer(await this.stepUp.prove(userId as UserId, proof, context), reply);
  }
}
