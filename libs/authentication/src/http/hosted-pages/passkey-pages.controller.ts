import { Body, Controller, Get, Post, Query, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hostCookie, Public } from '@app/http';
import { RateLimit } from '@app/limits/http';
import type { LinkForm } from '../../link-pages/link-page.js';
import { PasskeyAddedPage, passkeyAddedTitle } from '../../pages/add-passkey.page.js';
import { PasskeyRegistration } from '../../passkey-registration.service.js';
import { type FlowAim, SignInFlows } from '../../sign-in-flows.js';
import { passkeyNamePattern } from '../passkeys.dto.js';
import { AddPasskeyForm } from './add-passkey.form.js';
import { aimOf } from './flow-aim.js';
import { flowCookie, FlowPages, seeOther } from './flow-pages.js';
import { FlowProblemFilter } from './flow-problem.filter.js';
import { FreshVisitors } from './fresh-visitors.js';
import { HostedSignIn } from './hosted-sign-in.service.js';
import { passkeyResponse } from './passkey-response.js';
import { SignInForm } from './sign-in.form.js';

/** Passkeys in pages: to sign in with one, and `/add-passkey` to make one. */
@ApiExcludeController()
@Controller()
@Public({ recognise: true })
@UseFilters(FlowProblemFilter)
export class PasskeyPagesController {
  constructor(
    private readonly flows: SignInFlows,
    private readonly pages: FlowPages,
    private readonly signIn: HostedSignIn,
    private readonly freshVisitors: FreshVisitors,
    private readonly registration: PasskeyRegistration,
    private readonly signInForm: SignInForm,
    private readonly form: AddPasskeyForm,
  ) {}

  /** Where the address of a refused answer is opened again. */
  @Get('flow/sign-in/passkey')
  toSignIn(@Res() reply: FastifyReply): void {
    return seeOther(reply, this.signInForm.path);
  }

  @Post('flow/sign-in/passkey')
  @RateLimit({ rule: 'login.address', by: 'address' })
  async byPasskey(@Body() form: LinkForm, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { flow, visitor } = await this.pages.receive(request, form);
    this.pages.follow(reply, await this.signIn.byPasskey(flow, passkeyResponse(form['response']), visitor));
  }

  /** Begins a flow of its own, for whoever signed in not long ago; others sign in first and come back. */
  @Get('add-passkey')
  @RateLimit({ rule: 'flow.address', by: 'address' })
  async begin(
    @Query('return_to') returnTo: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const aim = aimOf({ return_to: returnTo });
    const { owed } = await this.freshVisitors.judge(request.principal, addressOf(aim));
    if (owed !== undefined) return seeOther(reply, owed);
    hostCookie(reply, flowCookie, await this.flows.begin(aim));
    return seeOther(reply, this.form.path);
  }

  @Get('flow/add-passkey')
  async ask(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const opened = await this.pages.find(request);
    const { flow } = opened;
    if (flow.state === 'finished') return seeOther(reply, this.signIn.endOf(flow));
    const { owed } = await this.freshVisitors.judge(opened.visitor.principal, addressOf(flow));
    if (owed !== undefined) return seeOther(reply, owed);
    await this.pages.show(reply, this.form, opened);
  }

  @Post('flow/add-passkey')
  @RateLimit({ rule: 'factors.user', by: 'user' })
  async add(@Body() form: LinkForm, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const opened = await this.pages.receive(request, form);
    const { flow, visitor } = opened;
    const { owner, owed } = await this.freshVisitors.judge(visitor.principal, addressOf(flow));
    if (!owner) return seeOther(reply, owed);
    const name = (form['name'] ?? '').trim();
    const errors = nameFault(name);
    if (errors) return this.pages.show(reply, this.form, opened, { typed: form, status: 422, errors });
    const response = passkeyResponse(form['response']);
    const change = { ...owner, endOtherSessions: false };
    const added = await this.registration.register(change, response, name === '' ? undefined : name, visitor.client);
    await this.flows.finish(flow);
    // No redirect: this answer shows the backup codes, which nobody can read again.
    const { backupCodes, passkey } = added;
    // A recovery session was good for this alone.
    const goOn = visitor.principal?.recovery
      ? { label: 'Sign in', href: '/sign-in' }
      : { label: 'Go on', href: this.signIn.endOf(flow) };
    const body = PasskeyAddedPage({ name: passkey.name, backupCodes, goOn, signOut: opened.signOut });
    this.pages.send(reply, 200, { title: passkeyAddedTitle, body });
  }
}

const addressOf = ({ returnTo }: FlowAim): string =>
  returnTo === null ? '/add-passkey' : `/add-passkey?return_to=${encodeURIComponent(returnTo)}`;

function nameFault(name: string): { name: string } | undefined {
  if (name.length > 64) return { name: 'Use at most 64 characters.' };
  return name === '' || passkeyNamePattern.test(name) ? undefined : { name: 'Use one line of text.' };
}
