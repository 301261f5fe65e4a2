import { Body, Controller, Get, Post, Query, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hostCookie, Public, readCookie } from '@app/http';
import { RateLimit, StrangersLimit } from '@app/limits/http';
import type { SecondFactor } from '@app/users';
import { secondFactorMethods } from '../second-factor.dto.js';
import { methodNotOffered } from '../../authentication.errors.js';
import { type LinkForm, repeatFault } from '../../link-pages/link-page.js';
import { type FlowAim, SignInFlows } from '../../sign-in-flows.js';
import { aimOf, asksForSomething } from './flow-aim.js';
import { flowCookie, FlowPages, seeOther } from './flow-pages.js';
import { FlowProblemFilter } from './flow-problem.filter.js';
import { HostedSignIn } from './hosted-sign-in.service.js';
import { NewPasswordForm } from './new-password.form.js';
import { passkeyResponse } from './passkey-response.js';
import { SecondFactorForm } from './second-factor.form.js';
import { SignInForm } from './sign-in.form.js';

/** The steps of a sign-in: `/sign-in` begins a flow, each page of it asks, its button posts, a 303 leads on. */
@ApiExcludeController()
@Controller()
@Public({ recognise: true })
@UseFilters(FlowProblemFilter)
export class SignInPagesController {
  constructor(
    private readonly flows: SignInFlows,
    private readonly pages: FlowPages,
    private readonly signIn: HostedSignIn,
    private readonly signInForm: SignInForm,
    private readonly secondFactorForm: SecondFactorForm,
    private readonly newPasswordForm: NewPasswordForm,
  ) {}

  @Get('sign-in')
  @RateLimit({ rule: 'flow.address', by: 'address' })
  async begin(
    @Query() query: Record<string, unknown>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.beginFlow(aimOf(query), request, reply);
    return seeOther(reply, this.signInForm.path);
  }

  @Get('register')
  @RateLimit({ rule: 'flow.address', by: 'address' })
  async beginRegistration(
    @Query() query: Record<string, unknown>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.beginFlow(aimOf(query), request, reply);
    return seeOther(reply, '/flow/register');
  }

  @Get('forgot-password')
  @RateLimit({ rule: 'flow.address', by: 'address' })
  async beginReset(
    @Query() query: Record<string, unknown>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.beginFlow(aimOf(query), request, reply);
    return seeOther(reply, '/flow/forgot-password');
  }

  @Get('flow/sign-in')
  async askForPassword(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const opened = await this.pages.arrive(request, reply);
    if (opened) await this.pages.show(reply, this.signInForm, opened);
  }

  @Post('flow/sign-in')
  @RateLimit(
    { rule: 'login.address', by: 'address' },
    { rule: 'login.account', by: { account: 'identifier' }, strangersOnly: true },
    { rule: 'login.pair', by: { pair: 'identifier' }, strangersOnly: true },
    { rule: 'login.device', by: { device: 'identifier' } },
  )
  async byPassword(
    @Body() form: LinkForm,
    @StrangersLimit() strangersLimit: Error | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const opened = await this.pages.receive(request, form);
    const { identifier = '', password = '' } = form;
    const errors = {
      ...(identifier.trim() === '' ? { identifier: 'Type your e-mail address or user name.' } : {}),
      ...(password === '' ? { password: 'Type your password.' } : {}),
    };
    if (Object.keys(errors).length > 0) {
      return this.pages.show(reply, this.signInForm, opened, { typed: form, status: 422, errors });
    }
    const { flow, visitor } = opened;
    const typed = { identifier: identifier.trim(), password };
    this.pages.follow(reply, await this.signIn.byPassword(flow, typed, visitor, strangersLimit));
  }

  @Get('flow/second-factor')
  async askForSecondFactor(
    @Query('with') method: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const opened = await this.pages.arrive(request, reply);
    if (!opened) return;
    if (opened.flow.step !== 'second_factor') return seeOther(reply, this.signInForm.path);
    const typed = typeof method === 'string' ? { with: method } : {};
    await this.pages.show(reply, this.secondFactorForm, opened, { typed });
  }

  @Post('flow/second-factor')
  @RateLimit({ rule: 'login.address', by: 'address' })
  async bySecondFactor(
    @Body() form: LinkForm,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { flow, visitor } = await this.pages.receive(request, form);
    const method = secondFactorMethods.find((known) => known === form['method']);
    if (method === undefined) throw methodNotOffered(secondFactorMethods);
    const progress = await this.signIn.bySecondFactor(flow, method, answerOf(method, form), visitor);
    this.pages.follow(reply, progress);
  }

  @Get('flow/new-password')
  async askForNewPassword(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const opened = await this.pages.arrive(request, reply);
    if (!opened) return;
    if (opened.flow.step !== 'new_password') return seeOther(reply, this.signInForm.path);
    await this.pages.show(reply, this.newPasswordForm, opened);
  }

  @Post('flow/new-password')
  @RateLimit({ rule: 'reset.address', by: 'address' })
  async withNewPassword(
    @Body() form: LinkForm,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const opened = await this.pages.receive(request, form);
    const errors = repeatFault(form);
    if (errors) return this.pages.show(reply, this.newPasswordForm, opened, { status: 422, errors });
    const { flow, visitor } = opened;
    this.pages.follow(reply, await this.signIn.withNewPassword(flow, form['newPassword'] ?? '', visitor));
  }

  /** A browser whose flow still stands goes on with it, and one whose flow ran out begins anew for the same aim. */
  private async beginFlow(aim: FlowAim, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const before = asksForSomething(aim) ? undefined : await this.flows.find(readCookie(request, flowCookie));
    if (before?.state === 'open') return;
    const secret = await this.flows.begin(before?.state === 'expired' ? before : aim);
    hostCookie(reply, flowCookie, secret);
  }
}

/** A code as people type it: in groups, with spaces around. */
function answerOf(method: SecondFactor, form: LinkForm): { code?: string; response?: Record<string, unknown> } {
  if (method === 'passkey') return { response: passkeyResponse(form['response']) };
  const typed = (form['code'] ?? '').trim().slice(0, 64);
  return { code: method === 'totp' ? typed.replace(/\s/g, '') : typed };
}
