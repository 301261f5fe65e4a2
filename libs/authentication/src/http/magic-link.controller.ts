import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { ClientInfo } from '@app/audit';
import { Client, Problems, Public } from '@app/http';
import { RateLimit } from '@app/limits/http';
import { magicLinkIncomplete } from '../magic-link.errors.js';
import { MagicLinks } from '../magic-links.service.js';
import type { SignInContext, SignInResult } from '../sign-in-completion.js';
import {
  type AnySignInDto,
  AuthenticatedDto,
  EmailDto,
  MfaRequiredDto,
  PasswordChangeRequiredDto,
  signInSchema,
} from './authentication.dto.js';
import { MagicLinkRequestDto, RedeemMagicLinkDto } from './magic-link.dto.js';
import { signInAnswer } from './sign-in-answer.js';

@ApiTags('auth')
@ApiExtraModels(AuthenticatedDto, MfaRequiredDto, PasswordChangeRequiredDto)
@Controller('v1/auth/magic-link')
@Public()
export class MagicLinkController {
  constructor(private readonly magicLinks: MagicLinks) {}

  @Post()
  @HttpCode(202)
  @RateLimit({ rule: 'magic_link.address', by: 'address' }, { rule: 'magic_link.account', by: { account: 'email' } })
  @ApiOperation({
    summary: 'Ask for a mail to sign in with; the same answer for known and unknown addresses',
    description: 'The mail holds a link, good only together with the binding, and a code to type under requestId.',
  })
  @ApiAcceptedResponse({ type: MagicLinkRequestDto })
  @Problems(400, 413, 415, 429)
  async request(@Body() { email }: EmailDto, @Client() client: ClientInfo): Promise<MagicLinkRequestDto> {
    return this.magicLinks.request(email, client);
  }

  @Post('redeem')
  @HttpCode(200)
  @RateLimit({ rule: 'magic_link.redeem', by: 'address' })
  @ApiOperation({
    summary: 'Sign in by the link or the code of the mail',
    description:
      'amr is `email`: one factor, so an account with a second one is asked for it. A link that comes without its ' +
      'binding answers 403 `authentication.magic_link_elsewhere` and stays good.',
  })
  @ApiOkResponse({ schema: signInSchema })
  @Problems(400, 401, 403, 410, 413, 415, 429)
  async redeem(
    @Body() body: RedeemMagicLinkDto,
    @Client() client: ClientInfo,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AnySignInDto> {
    return signInAnswer(await this.signIn(body, { carrier: body.delivery, client }), reply);
  }

  private signIn(body: RedeemMagicLinkDto, context: SignInContext): Promise<SignInResult> {
    const { token, binding, requestId, code } = body;
    if (token !== undefined && requestId === undefined && code === undefined) {
      return this.magicLinks.redeem(token, binding, context);
    }
    if (requestId !== undefined && code !== undefined && token === undefined && binding === undefined) {
      return this.magicLinks.redeemCode(requestId, code, context);
    }
    throw magicLinkIncomplete();
  }
}
