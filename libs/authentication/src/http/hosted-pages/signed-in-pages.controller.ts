import { Body, Controller, Get, Post, Query, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ClientInfo } from '@app/audit';
import { RuntimeConfig } from '@app/config';
import { clearHostCookie, Client, Public, sessionCookie, sessionCookieName } from '@app/http';
import { csrfField } from '@app/pages';
import { EndSession } from '@app/sessions';
import { type UserId, UsersRepository } from '@app/users';
import { formForged } from '../../authentication.errors.js';
import { HostedFlows } from '../../hosted-flows.js';
import type { LinkForm } from '../../link-pages/link-page.js';
import { SignedInPage, signedInTitle, SignedOutPage, signedOutTitle } from '../../pages/signed-in.page.js';
import { FlowPages, seeOther } from './flow-pages.js';
import { FlowProblemFilter } from './flow-problem.filter.js';

/** Where a sign-in ends that nothing else asked for, and the way out. */
@ApiExcludeController()
@Controller()
@Public({ recognise: true })
@UseFilters(FlowProblemFilter)
export class SignedInPagesController {
  constructor(
    private readonly pages: FlowPages,
    private readonly hostedFlows: HostedFlows,
    private readonly users: UsersRepository,
    private readonly endSession: EndSession,
    private readonly runtime: RuntimeConfig,
  ) {}

  @Get('signed-in')
  async signedIn(
    @Query('needs') needs: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { principal } = request;
    const cookie = sessionCookie(request);
    if (principal?.carrier !== 'cookie' || cookie === undefined) return seeOther(reply, '/sign-in');
    const user = await this.users.find(principal.userId as UserId);
    const props = {
      productName: this.runtime.productName,
      email: user?.email ?? '',
      csrf: this.hostedFlows.csrfToken(cookie),
      needsSecondFactor: needs === 'second_factor',
    };
    this.pages.send(reply, 200, { title: signedInTitle, body: SignedInPage(props) });
  }

  /** @throws AppError forbidden `http.forged_form` */
  @Post('sign-out')
  async signOut(
    @Body() form: LinkForm | undefined,
    @Client() client: ClientInfo,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { principal } = request;
    const cookie = sessionCookie(request);
    if (principal?.carrier === 'cookie' && cookie !== undefined) {
      if (!this.hostedFlows.isCsrfToken(cookie, form?.[csrfField])) throw formForged();
      await this.endSession.signOut(principal.sessionId, principal.userId as UserId, client);
    }
    clearHostCookie(reply, sessionCookieName);
    return seeOther(reply, '/signed-out');
  }

  @Get('signed-out')
  signedOut(@Res() reply: FastifyReply): void {
    const { productName } = this.runtime;
    this.pages.send(reply, 200, { title: signedOutTitle, body: SignedOutPage({ productName }) });
  }
}
