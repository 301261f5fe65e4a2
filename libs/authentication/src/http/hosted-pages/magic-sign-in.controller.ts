import { Body, Controller, Get, Param, Post, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RuntimeConfig } from '@app/config';
import { isRandomToken, sha256 } from '@app/crypto';
import { clientInfo, hostCookie, Public, readCookie } from '@app/http';
import { RateLimit } from '@app/limits/http';
import { csrfField } from '@app/pages';
import { formForged, flowMissing } from '../../authentication.errors.js';
import { HostedFlows, type LinkFlow } from '../../hosted-flows.js';
import { isDeadLink, type LinkForm } from '../../link-pages/link-page.js';
import { MagicLinks } from '../../magic-links.service.js';
import { LinkExpiredPage, linkExpiredTitle } from '../../pages/link-expired.page.js';
import {
  MagicElsewherePage,
  magicElsewhereTitle,
  MagicSignInPage,
  magicSignInTitle,
} from '../../pages/magic-link.page.js';
import { type SignInFlow, SignInFlows } from '../../sign-in-flows.js';
import { flowCookie, FlowPages, seeOther } from './flow-pages.js';
import { FlowProblemFilter } from './flow-problem.filter.js';
import { HostedSignIn } from './hosted-sign-in.service.js';
import { bindingOf } from './magic-link-binding.js';

const kind = 'magic';
const linkCookie = `__Host-gatehouse-${kind}`;
const path = `/flow/${kind}`;

/** Behind the link of the mail. As with all links GET never acts; the button goes on with the sign-in that asked. */
@ApiExcludeController()
@Controller()
@Public({ recognise: true })
@UseFilters(FlowProblemFilter)
export class MagicSignInController {
  constructor(
    private readonly links: HostedFlows,
    private readonly flows: SignInFlows,
    private readonly pages: FlowPages,
    private readonly signIn: HostedSignIn,
    private readonly magicLinks: MagicLinks,
    private readonly runtime: RuntimeConfig,
  ) {}

  @Get('link/magic/:token')
  @RateLimit({ rule: 'verify.address', by: 'address' })
  async open(@Param('token') token: string, @Res() reply: FastifyReply): Promise<void> {
    if (isRandomToken(token)) hostCookie(reply, linkCookie, await this.links.begin(kind, sha256(token)));
    return seeOther(reply, path);
  }

  @Get('flow/magic')
  async ask(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { productName } = this.runtime;
    const secret = readCookie(request, linkCookie);
    const link = await this.links.find(kind, secret);
    if (!link || secret === undefined) return this.sendExpired(reply);
    await this.orExpired(reply, async () => {
      const { email, here } = await this.magicLinks.peekByHash(link.tokenHash, bindingOf(request));
      if (!here) return this.sendElsewhere(reply);
      const form = { productName, action: path, csrf: this.links.csrfToken(secret) };
      const leadsTo = (await this.flows.find(readCookie(request, flowCookie)))?.leadsTo;
      const page = { title: magicSignInTitle, body: MagicSignInPage({ ...form, email }) };
      this.pages.send(reply, 200, page, false, leadsTo);
    });
  }

  @Post('flow/magic')
  @RateLimit({ rule: 'magic_link.redeem', by: 'address' })
  async byLink(
    @Body() form: LinkForm | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const secret = readCookie(request, linkCookie);
    const link = await this.links.find(kind, secret);
    if (!link || secret === undefined) return this.sendExpired(reply);
    if (!this.links.isCsrfToken(secret, form?.[csrfField])) throw formForged();
    await this.orExpired(reply, () => this.redeem(link, request, reply));
  }

  private async redeem(link: LinkFlow, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const binding = bindingOf(request);
    const { here } = await this.magicLinks.peekByHash(link.tokenHash, binding);
    if (!here) return this.sendElsewhere(reply);
    const visitor = { client: clientInfo(request), principal: request.principal };
    const flow = await this.flowOf(request, reply);
    const result = await this.magicLinks.redeemByHash(link.tokenHash, binding, {
      carrier: 'cookie',
      client: visitor.client,
    });
    await this.links.finish(link, {});
    this.pages.follow(reply, await this.signIn.proceed(flow, result, visitor));
  }

  /** The sign-in that asked for the mail; a new one where that is over. */
  private async flowOf(request: FastifyRequest, reply: FastifyReply): Promise<SignInFlow> {
    const before = await this.flows.find(readCookie(request, flowCookie));
    if (before?.state === 'open') return before;
    const aim = { begunBy: 'mail_link', returnTo: null, acrWanted: null, maxAge: null, loginHint: null } as const;
    const secret = await this.flows.begin(before?.state === 'expired' ? before : aim);
    hostCookie(reply, flowCookie, secret);
    const flow = await this.flows.find(secret);
    if (!flow) throw flowMissing();
    return flow;
  }

  private async orExpired(reply: FastifyReply, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!isDeadLink(error)) throw error;
      this.sendExpired(reply);
    }
  }

  private sendExpired(reply: FastifyReply): void {
    this.pages.send(reply, 410, { title: linkExpiredTitle, body: LinkExpiredPage({ purpose: 'magic_link' }) });
  }

  private sendElsewhere(reply: FastifyReply): void {
    const { productName } = this.runtime;
    this.pages.send(reply, 403, { title: magicElsewhereTitle, body: MagicElsewherePage({ productName }) });
  }
}
