import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RuntimeConfig } from '@app/config';
import { clientInfo, readCookie, rememberDevice, sessionCookie } from '@app/http';
import { csrfField, type FormErrors, headersTowards, pageHeaders, renderPage, scriptedPageHeaders } from '@app/pages';
import { flowExpired, flowFinished, flowMissing, formForged } from '../../authentication.errors.js';
import { carryByCookie } from '../sign-in-answer.js';
import { HostedFlows } from '../../hosted-flows.js';
import type { LinkForm, PageBody } from '../../link-pages/link-page.js';
import { type SignInFlow, SignInFlows } from '../../sign-in-flows.js';
import type { HostedForm } from './hosted-form.js';
import { HostedSignIn, type Progress, type Visitor } from './hosted-sign-in.service.js';

export const flowCookie = '__Host-gatehouse-sign-in';

/** A flow as its browser opened it. */
export interface OpenFlow {
  readonly flow: SignInFlow;
  readonly secret: string;
  readonly visitor: Visitor;
  /** The token of the form that signs out. */
  readonly signOut: string;
}

/** How a form is shown. */
export interface Showing {
  readonly typed?: LinkForm;
  readonly status?: number;
  readonly errors?: FormErrors;
}

/** What the pages of a sign-in have in common: to find their flow, show a form, take it back, and lead on. */
@Injectable()
export class FlowPages {
  constructor(
    private readonly flows: SignInFlows,
    private readonly hostedFlows: HostedFlows,
    private readonly signIn: HostedSignIn,
    private readonly runtime: RuntimeConfig,
  ) {}

  /**
   * The flow of this browser, over or not.
   * @throws AppError expired `authentication.flow_missing`, `…flow_expired`
   */
  async find(request: FastifyRequest): Promise<OpenFlow> {
    const secret = readCookie(request, flowCookie);
    const flow = await this.flows.find(secret);
    if (!flow || secret === undefined) throw flowMissing();
    if (flow.state === 'expired') throw flowExpired();
    const signOut = this.hostedFlows.csrfToken(sessionCookie(request) ?? '');
    return { flow, secret, visitor: { client: clientInfo(request), principal: request.principal }, signOut };
  }

  /**
   * The flow of a page that is opened; undefined where the browser was led on, because there is nothing to ask.
   * @throws AppError expired `authentication.flow_missing`, `…flow_expired`
   */
  async arrive(request: FastifyRequest, reply: FastifyReply): Promise<OpenFlow | undefined> {
    const opened = await this.find(request);
    const { flow, visitor } = opened;
    const end =
      flow.state === 'finished' ? this.signIn.endOf(flow) : await this.signIn.endWithout(flow, visitor.principal);
    if (end === undefined) return opened;
    seeOther(reply, end);
    return undefined;
  }

  /**
   * The flow of a form that is posted.
   * @throws AppError as arrive(), `authentication.flow_finished`; forbidden `http.forged_form`
   */
  async receive(request: FastifyRequest, form: LinkForm | undefined): Promise<OpenFlow> {
    const opened = await this.find(request);
    if (!this.hostedFlows.isCsrfToken(opened.secret, form?.[csrfField])) throw formForged();
    if (opened.flow.state === 'finished') throw flowFinished();
    return opened;
  }

  /** Shows a form, for the first time or again. */
  async show(reply: FastifyReply, page: HostedForm, opened: OpenFlow, showing: Showing = {}): Promise<void> {
    const { typed = {}, status = 200, errors } = showing;
    const { flow, secret, visitor, signOut } = opened;
    const form = {
      productName: this.runtime.productName,
      action: page.path,
      csrf: this.hostedFlows.csrfToken(secret),
      errors,
    };
    const body = await page.render({ flow, visitor, form, typed, signOut });
    this.send(reply, status, body, errors !== undefined, flow.leadsTo);
  }

  /** Leads on to the next step; the cookies of session and device go along where it was the last. */
  follow(reply: FastifyReply, { next, session }: Progress): void {
    if (session) {
      rememberDevice(reply, session.device);
      carryByCookie(session, reply);
    }
    seeOther(reply, next);
  }

  /** @param leadsTo where a form of the page may end, beyond our own pages */
  send(
    reply: FastifyReply,
    status: number,
    { title, body, script }: PageBody,
    invalid = false,
    leadsTo?: string | null,
  ): void {
    const html = renderPage({ title, productName: this.runtime.productName, invalid, script }, body);
    void reply
      .code(status)
      .headers({ ...headersTowards(leadsTo, script ? scriptedPageHeaders : pageHeaders) })
      .send(html);
  }
}

/** Leads a browser on by GET, whatever it sent. */
export function seeOther(reply: FastifyReply, path: string): void {
  void reply.code(303).header('location', path).send();
}
