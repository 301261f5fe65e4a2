import { Body, Controller, Get, Post, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '@app/http';
import { RateLimit } from '@app/limits/http';
import { type LinkForm, repeatFault } from '../../link-pages/link-page.js';
import { CheckMailPage, checkMailTitle, type MailAskedFor } from '../../pages/check-mail.page.js';
import { PasswordReset } from '../../password-reset.service.js';
import { Registration } from '../../registration.service.js';
import { SignInFlows } from '../../sign-in-flows.js';
import { FlowPages, seeOther } from './flow-pages.js';
import { FlowProblemFilter } from './flow-problem.filter.js';
import { ForgotPasswordForm } from './forgot-password.form.js';
import { RegisterForm } from './register.form.js';

const checkMail = '/flow/check-mail';

/** The ways around a password that one does not have: to register, and to choose a new one. Both end at the mailbox. */
@ApiExcludeController()
@Controller('flow')
@Public({ recognise: true })
@UseFilters(FlowProblemFilter)
export class RegistrationPagesController {
  constructor(
    private readonly flows: SignInFlows,
    private readonly pages: FlowPages,
    private readonly registration: Registration,
    private readonly passwordReset: PasswordReset,
    private readonly registerForm: RegisterForm,
    private readonly forgotPasswordForm: ForgotPasswordForm,
  ) {}

  @Get('register')
  async askToRegister(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const opened = await this.pages.arrive(request, reply);
    if (opened) await this.pages.show(reply, this.registerForm, opened);
  }

  @Post('register')
  @RateLimit({ rule: 'register.address', by: 'address' }, { rule: 'register.account', by: { account: 'email' } })
  async register(@Body() form: LinkForm, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const opened = await this.pages.receive(request, form);
    const email = (form['email'] ?? '').trim();
    const errors = emailFault(email) ?? repeatFault(form);
    if (errors) return this.pages.show(reply, this.registerForm, opened, { typed: form, status: 422, errors });
    const asked = { email, password: form['newPassword'] ?? '', profile: {} };
    await this.registration.request(asked, opened.visitor.client);
    await this.flows.remember(opened.flow, { email, mail: 'register' satisfies MailAskedFor });
    return seeOther(reply, checkMail);
  }

  @Get('forgot-password')
  async askForAddress(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const opened = await this.pages.arrive(request, reply);
    if (opened) await this.pages.show(reply, this.forgotPasswordForm, opened);
  }

  @Post('forgot-password')
  @RateLimit({ rule: 'forgot.address', by: 'address' }, { rule: 'forgot.account', by: { account: 'email' } })
  async forgotPassword(
    @Body() form: LinkForm,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const opened = await this.pages.receive(request, form);
    const email = (form['email'] ?? '').trim();
    const errors = emailFault(email);
    if (errors) return this.pages.show(reply, this.forgotPasswordForm, opened, { typed: form, status: 422, errors });
    await this.passwordReset.request(email, opened.visitor.client);
    await this.flows.remember(opened.flow, { email, mail: 'reset' satisfies MailAskedFor });
    return seeOther(reply, checkMail);
  }

  @Get('check-mail')
  async sayCheckMail(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const opened = await this.pages.arrive(request, reply);
    if (!opened) return;
    const { email, mail } = opened.flow.data;
    if (typeof email !== 'string') return seeOther(reply, '/flow/sign-in');
    const askedFor = mail === 'reset' ? 'reset' : 'register';
    this.pages.send(reply, 200, { title: checkMailTitle, body: CheckMailPage({ email, askedFor }) });
  }
}

/** What the API's input rules would refuse; the rest is judged where addresses are known. */
function emailFault(email: string): { email: string } | undefined {
  if (email === '') return { email: 'Type your e-mail address.' };
  return email.length < 3 || email.length > 320 ? { email: 'This is not an e-mail address.' } : undefined;
}
