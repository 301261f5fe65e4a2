import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Public } from '@app/http';
import { RateLimit } from '@app/limits/http';
import type { UserId } from '@app/users';
import { challengeInvalid, sessionOver } from '../../authentication.errors.js';
import type { LinkForm } from '../../link-pages/link-page.js';
import { PasskeyRegistration } from '../../passkey-registration.service.js';
import { PasskeySignIn } from '../../passkey-sign-in.service.js';
import { SessionFreshness } from '../../session-freshness.js';
import { type PasskeyOptionsDto, passkeyOptionsDto } from '../passkeys.dto.js';
import { FlowPages } from './flow-pages.js';

/**
 * What the passkey script asks for: options, given for the form that it stands in, by that form's token and cookie.
 * Faults are problem documents here; the page itself says them to people.
 */
@ApiExcludeController()
@Controller('flow')
@Public({ recognise: true })
export class PasskeyOptionsController {
  constructor(
    private readonly pages: FlowPages,
    private readonly signIn: PasskeySignIn,
    private readonly registration: PasskeyRegistration,
    private readonly freshness: SessionFreshness,
  ) {}

  @Post('sign-in/passkey/options')
  @HttpCode(200)
  @RateLimit({ rule: 'passkey.address', by: 'address' })
  async forSignIn(@Body() form: LinkForm, @Req() request: FastifyRequest): Promise<PasskeyOptionsDto> {
    await this.pages.receive(request, form);
    return passkeyOptionsDto(await this.signIn.options());
  }

  @Post('second-factor/options')
  @HttpCode(200)
  @RateLimit({ rule: 'passkey.address', by: 'address' })
  async forSecondFactor(@Body() form: LinkForm, @Req() request: FastifyRequest): Promise<PasskeyOptionsDto> {
    const { flow } = await this.pages.receive(request, form);
    if (flow.step !== 'second_factor' || flow.challengeHash === null) throw challengeInvalid();
    return passkeyOptionsDto(await this.signIn.optionsForChallengeHash(flow.challengeHash, null));
  }

  @Post('add-passkey/options')
  @HttpCode(200)
  @RateLimit({ rule: 'factors.user', by: 'user' })
  async forNew(@Body() form: LinkForm, @Req() request: FastifyRequest): Promise<PasskeyOptionsDto> {
    const { principal } = (await this.pages.receive(request, form)).visitor;
    if (principal?.carrier !== 'cookie') throw sessionOver();
    await this.freshness.assert(principal);
    const owner = { userId: principal.userId as UserId, sessionId: principal.sessionId };
    return passkeyOptionsDto(await this.registration.options(owner));
  }
}
