import { Body, Controller, Get, Post, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { randomToken } from '@app/crypto';
import { hostCookie, Public } from '@app/http';
import { RateLimit } from '@app/limits/http';
import type { LinkForm } from '../../link-pages/link-page.js';
import { MagicLinks } from '../../magic-links.service.js';
import { SignInFlows } from '../../sign-in-flows.js';
import { FlowPages, seeOther } from './flow-pages.js';
import { FlowProblemFilter } from './flow-problem.filter.js';
import { HostedSignIn } from './hosted-sign-in.service.js';
import { bindingCookie, bindingLifetime, bindingOf } from './magic-link-binding.js';
import { MagicCodeForm, MagicLinkForm, textOf } from './magic-link.form.js';

/** To ask for a magic link, and to type the code of its mail. The browser keeps the binding in a cookie. */
@ApiExcludeController()
@Controller('flow/magic-link')
@Public({ recognise: true })
@UseFilters(FlowProblemFilter)
export class MagicLinkPagesController {
  constructor(
    private readonly flows: SignInFlows,
    private readonly pages: FlowPages,
    private readonly signIn: HostedSignIn,
    private readonly magicLinks: MagicLinks,
    private readonly linkForm: MagicLinkForm,
    private readonly codeForm: MagicCodeForm,
  ) {}

  @Get()
  async askForAddress(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const opened = await this.pages.arrive(request, reply);
    if (opened) await this.pages.show(reply, this.linkForm, opened);
  }

  @Post()
  @RateLimit({ rule: 'magic_link.address', by: 'address' }, { rule: 'magic_link.account', by: { account: 'email' } })
  async sendMail(@Body() form: LinkForm, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const opened = await this.pages.receive(request, form);
    const email = (form['email'] ?? '').trim();
    if (email === '') {
      const errors = { email: 'Type your e-mail address.' };
      return this.pages.show(reply, this.linkForm, opened, { typed: form, status: 422, errors });
    }
    // One binding a browser: whichever of its links is opened, it was asked for here.
    const binding = bindingOf(request) ?? randomToken();
    const { requestId } = await this.magicLinks.request(email, opened.visitor.client, binding);
    hostCookie(reply, bindingCookie, binding, { maxAge: bindingLifetime });
    await this.flows.remember(opened.flow, { email, magicLink: requestId });
    return seeOther(reply, this.codeForm.path);
  }

  @Get('code')
  async askForCode(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const opened = await this.pages.arrive(request, reply);
    if (!opened) return;
    if (textOf(opened.flow, 'magicLink') === undefined) return seeOther(reply, this.linkForm.path);
    await this.pages.show(reply, this.codeForm, opened);
  }

  @Post('code')
  @RateLimit({ rule: 'magic_link.redeem', by: 'address' })
  async byCode(@Body() form: LinkForm, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const opened = await this.pages.receive(request, form);
    const { flow, visitor } = opened;
    const requestId = textOf(flow, 'magicLink');
    if (requestId === undefined) return seeOther(reply, this.linkForm.path);
    const code = (form['code'] ?? '').trim().slice(0, 64);
    if (code === '') {
      const errors = { code: 'Type the code of the mail.' };
      return this.pages.show(reply, this.codeForm, opened, { status: 422, errors });
    }
    const result = await this.magicLinks.redeemCode(requestId, code, { carrier: 'cookie', client: visitor.client });
    this.pages.follow(reply, await this.signIn.proceed(flow, result, visitor));
  }
}
