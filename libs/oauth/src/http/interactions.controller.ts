import { Body, Controller, Get, Param, Post, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { openSignInFlow } from '@app/authentication/http';
import { RuntimeConfig } from '@app/config';
import { clientInfo, Public, readCookie } from '@app/http';
import { formTarget, headersTowards, renderPage } from '@app/pages';
import { ProblemPageFilter } from '@app/pages/http';
import { type UserId, UsersRepository } from '@app/users';
import { InstallationLifetimes } from '../installation-lifetimes.js';
import { type ConsentQuestion, Interactions, type InteractionStep } from '../interactions.service.js';
import { effectiveLifetimes } from '../lifetimes.js';
import { ownMetadataOf } from '../own-metadata.js';
import { ConsentPage, consentTitle } from '../pages/consent.page.js';
import { interactionCookie, interactionPath } from '../provider-configuration.js';
import { wordingsOf } from '../scope-wordings.js';
import { InteractionForms, signedIn } from './interaction-forms.js';

/** Where the provider sends a browser with a question, and takes its answer from. */
@ApiExcludeController()
@Controller('oidc/interaction/:uid')
@Public({ recognise: true })
@UseFilters(ProblemPageFilter)
export class InteractionsController {
  constructor(
    private readonly interactions: Interactions,
    private readonly users: UsersRepository,
    private readonly forms: InteractionForms,
    private readonly runtime: RuntimeConfig,
    private readonly lifetimes: InstallationLifetimes,
  ) {}

  @Get()
  async ask(@Param('uid') uid: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const principal = signedIn(request);
    const step = await this.interactions.proceed(uid, readCookie(request, interactionCookie), principal);
    await this.follow(step, uid, request, reply);
  }

  @Post()
  async allow(
    @Param('uid') uid: string,
    @Body() form: Record<string, string> | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    this.forms.refuseForged(uid, form, request);
    const held = readCookie(request, interactionCookie);
    const step = await this.interactions.allow(uid, held, signedIn(request), clientInfo(request));
    await this.follow(step, uid, request, reply);
  }

  @Post('deny')
  async deny(
    @Param('uid') uid: string,
    @Body() form: Record<string, string> | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    this.forms.refuseForged(uid, form, request);
    await this.follow(await this.interactions.deny(uid, readCookie(request, interactionCookie)), uid, request, reply);
  }

  private async follow(
    step: InteractionStep,
    uid: string,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    if (step.kind === 'sign_in') return openSignInFlow(reply, step.flow);
    if (step.kind === 'go_on') return void reply.code(303).header('location', step.to).send();
    await this.show(step.question, uid, request, reply);
  }

  private async show(
    { client, asked, params }: ConsentQuestion,
    uid: string,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const { productName } = this.runtime;
    const address = textOf(params['redirect_uri']);
    const keeps = textOf(params['scope'])?.split(' ').includes('offline_access');
    const user = await this.users.find(request.principal?.userId as UserId);
    const body = ConsentPage({
      productName,
      action: interactionPath(uid),
      csrf: this.forms.csrf(uid, request),
      clientName: client.clientName ?? client.clientId,
      clientId: client.clientId,
      asked: wordingsOf(asked),
      email: user?.email ?? '',
      leadsTo: address && formTarget(address),
      lasts: keeps ? effectiveLifetimes(this.lifetimes, ownMetadataOf(client)).refresh_token : undefined,
    });
    const headers = headersTowards(address);
    void reply.headers({ ...headers }).send(renderPage({ title: consentTitle, productName }, body));
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
