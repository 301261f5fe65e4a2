import { Body, Controller, Get, Param, Post, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { openSignInFlow } from '@app/authentication/http';
import { RuntimeConfig } from '@app/config';
import { clientInfo, Public, readCookie } from '@app/http';
import { headersTowards } from '@app/pages';
import type { InteractionStep } from '@app/oauth';
import { InteractionForms, signedIn } from '@app/oauth/http';
import { renderPage } from '@app/pages';
import { ProblemPageFilter } from '@app/pages/http';
import { consentOf } from '../consent-view.js';
import { interactionCookie } from '../indieauth-configuration.js';
import { IndieauthInteractions } from '../indieauth-interactions.service.js';
import { ConsentPage, consentTitle } from '../pages/consent.page.js';

type Form = Readonly<Record<string, string>> | undefined;

/** Where the IndieAuth provider sends a browser with a question, and takes its answer from. */
@ApiExcludeController()
@Controller('indieauth/interaction/:uid')
@Public({ recognise: true })
@UseFilters(ProblemPageFilter)
export class IndieauthInteractionsController {
  constructor(
    private readonly interactions: IndieauthInteractions,
    private readonly forms: InteractionForms,
    private readonly runtime: RuntimeConfig,
  ) {}

  @Get()
  async ask(@Param('uid') uid: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const step = await this.interactions.proceed(uid, readCookie(request, interactionCookie), signedIn(request));
    await this.follow(step, uid, request, reply);
  }

  @Post()
  async allow(
    @Param('uid') uid: string,
    @Body() form: Form,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    this.forms.refuseForged(uid, form, request);
    const held = readCookie(request, interactionCookie);
    const me = String(form?.['me'] ?? '');
    const step = await this.interactions.allow(uid, held, signedIn(request), me, clientInfo(request));
    await this.follow(step, uid, request, reply);
  }

  @Post('deny')
  async deny(
    @Param('uid') uid: string,
    @Body() form: Form,
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
    const principal = signedIn(request);
    const mes = principal ? await this.interactions.pagesOf(principal) : [];
    const page = ConsentPage({ ...consentOf(step.question, uid), csrf: this.forms.csrf(uid, request), mes });
    // The answer ends at the client: Chromium holds the whole chain of redirects against `form-action`.
    const headers = headersTowards(String(step.question.params['redirect_uri']));
    const { productName } = this.runtime;
    void reply.headers({ ...headers }).send(renderPage({ title: consentTitle, productName }, page));
  }
}
