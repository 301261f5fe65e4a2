import { Body, Controller, Get, Param, Post, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ClientInfo } from '@app/audit';
import { RuntimeConfig } from '@app/config';
import { isRandomToken, sha256 } from '@app/crypto';
import { AppError } from '@app/errors';
import { Client, hostCookie, Public, readCookie, rememberDevice } from '@app/http';
import { RateLimit } from '@app/limits/http';
import { csrfField, type FormErrors, pageHeaders, renderPage } from '@app/pages';
import { ProblemPageFilter } from '@app/pages/http';
import { HostedFlows, type LinkFlow } from '../hosted-flows.js';
import { isDeadLink, type LinkForm, type LinkPage, type PageBody } from '../link-pages/link-page.js';
import { LinkPages } from '../link-pages/link-pages.js';
import { carryByCookie } from './sign-in-answer.js';
import { LinkExpiredPage, linkExpiredTitle } from '../pages/link-expired.page.js';

const cookieOf = (kind: string): string => `__Host-gatehouse-${kind}`;

/**
 * Mail links and the pages behind them. GET never acts. A link leads by a 303 to a page that knows it by a cookie;
 * the page's button posts, and a 303 leads to the page that says it is done.
 */
@ApiExcludeController()
@Controller()
@Public()
@UseFilters(ProblemPageFilter)
export class LinksController {
  constructor(
    private readonly flows: HostedFlows,
    private readonly pages: LinkPages,
    private readonly runtime: RuntimeConfig,
  ) {}

  @Get('link/:kind/:token')
  @RateLimit({ rule: 'verify.address', by: 'address' })
  async open(@Param('kind') kind: string, @Param('token') token: string, @Res() reply: FastifyReply): Promise<void> {
    const page = this.pageOf(kind);
    if (isRandomToken(token)) {
      hostCookie(reply, cookieOf(page.kind), await this.flows.begin(page.kind, sha256(token)));
    }
    return seeOther(reply, `/flow/${page.kind}`);
  }

  @Get('flow/:kind')
  async ask(@Param('kind') kind: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const page = this.pageOf(kind);
    const secret = readCookie(request, cookieOf(page.kind));
    const flow = await this.flows.find(page.kind, secret);
    if (flow?.finished) return seeOther(reply, `/flow/${page.kind}/done`);
    return this.sendForm(reply, page, secret, flow, {});
  }

  @Post('flow/:kind')
  @RateLimit({ rule: 'reset.address', by: 'address' })
  async submit(
    @Param('kind') kind: string,
    @Body() form: LinkForm,
    @Client() client: ClientInfo,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const page = this.pageOf(kind);
    const secret = readCookie(request, cookieOf(page.kind));
    const flow = await this.flows.find(page.kind, secret);
    if (!flow || secret === undefined) return this.sendExpired(reply, page);
    if (!this.flows.isCsrfToken(secret, form[csrfField])) throw forgedForm();
    try {
      const submission = await page.submit(flow.tokenHash, form, client);
      if ('errors' in submission) return await this.sendForm(reply, page, secret, flow, form, submission.errors);
      if (submission.session) carryByCookie(submission.session, reply);
      if (submission.device) rememberDevice(reply, submission.device);
      await this.flows.finish(flow, submission.done);
      return seeOther(reply, `/flow/${page.kind}/done`);
    } catch (error) {
      if (isDeadLink(error)) return this.sendExpired(reply, page);
      throw error;
    }
  }

  @Get('flow/:kind/done')
  async done(@Param('kind') kind: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const page = this.pageOf(kind);
    const flow = await this.flows.find(page.kind, readCookie(request, cookieOf(page.kind)));
    return flow?.finished ? this.send(reply, 200, page.done(flow.data)) : this.sendExpired(reply, page);
  }

  private async sendForm(
    reply: FastifyReply,
    page: LinkPage,
    secret: string | undefined,
    flow: LinkFlow | undefined,
    typed: LinkForm,
    errors?: FormErrors,
  ): Promise<void> {
    if (!flow || secret === undefined) return this.sendExpired(reply, page);
    const form = {
      productName: this.runtime.productName,
      action: `/flow/${page.kind}`,
      csrf: this.flows.csrfToken(secret),
      errors,
    };
    try {
      this.send(reply, errors ? 422 : 200, await page.ask(flow.tokenHash, form, typed), errors !== undefined);
    } catch (error) {
      if (!isDeadLink(error)) throw error;
      this.sendExpired(reply, page);
    }
  }

  private sendExpired(reply: FastifyReply, page: LinkPage): void {
    this.send(reply, 410, { title: linkExpiredTitle, body: LinkExpiredPage({ purpose: page.purpose }) });
  }

  private send(reply: FastifyReply, status: number, { title, body }: PageBody, invalid = false): void {
    const html = renderPage({ title, productName: this.runtime.productName, invalid }, body);
    void reply
      .code(status)
      .headers({ ...pageHeaders })
      .send(html);
  }

  private pageOf(kind: string): LinkPage {
    const page = this.pages.find(kind);
    if (!page) throw new AppError('not_found', 'http.route_not_found', 'There is nothing at this address.');
    return page;
  }
}

function seeOther(reply: FastifyReply, path: string): void {
  void reply.code(303).header('location', path).send();
}

const forgedForm = (): AppError =>
  new AppError('forbidden', 'http.forged_form', 'This form was not made for this browser. Open the link again.');
