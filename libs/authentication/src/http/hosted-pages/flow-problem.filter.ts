import { type ArgumentsHost, Catch, type ExceptionFilter, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '@app/errors';
import { ProblemPageFilter } from '@app/pages/http';
import type { LinkForm } from '../../link-pages/link-page.js';
import { FlowOverPage } from '../../pages/flow-over.page.js';
import { FlowPages } from './flow-pages.js';
import { formAgain, isDead } from './form-errors.js';
import { HostedForms } from './hosted-forms.js';

/**
 * Shows what went wrong on a page of a sign-in: the form again where its owner can mend it, a page with a way on
 * where nothing can, and else a problem page. Limits are told here too, since guards refuse before controllers run.
 */
@Injectable()
@Catch()
export class FlowProblemFilter implements ExceptionFilter {
  constructor(
    private readonly pages: FlowPages,
    private readonly forms: HostedForms,
    private readonly problems: ProblemPageFilter,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    // Nest does not wait for filters: what fails in here would be caught by nobody.
    void this.answer(error, host).catch((fault: unknown) => this.giveUp(fault, host));
  }

  private giveUp(error: unknown, host: ArgumentsHost): void {
    if (error instanceof AppError && isDead(error))
      this.sayOver(error, host.switchToHttp().getResponse<FastifyReply>());
    else this.problems.catch(error, host);
  }

  private async answer(error: unknown, host: ArgumentsHost): Promise<void> {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (!(error instanceof AppError) || isDead(error)) return this.giveUp(error, host);
    if (error.code === 'http.forged_form') return this.sayStale(error, request, reply);
    if (!(await this.showAgain(error, request, reply))) this.giveUp(error, host);
  }

  private async showAgain(error: AppError, request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    const page = this.forms.find(request.routeOptions.url);
    const again = formAgain(error);
    if (!page || !again || request.method !== 'POST') return false;
    const typed = request.body as LinkForm;
    const opened = await this.pages.receive(request, typed).catch((fault: unknown) => {
      // Past a limit a forged form is told nothing more.
      if (error.kind === 'throttled') return undefined;
      throw fault;
    });
    if (!opened) return false;
    if (error.retryAfter !== undefined)
      void reply.header('retry-after', String(Math.max(1, Math.ceil(error.retryAfter))));
    await this.pages.show(reply, page, opened, { typed, ...again });
    return true;
  }

  private sayOver({ code, detail }: AppError, reply: FastifyReply): void {
    const done = code === 'authentication.flow_finished';
    const title = done ? 'This step is done' : 'This sign-in cannot go on';
    const wayOn = done ? { button: 'Go on', href: '/flow/sign-in' } : { button: 'Start again', href: '/sign-in' };
    this.pages.send(reply, 410, { title, body: FlowOverPage({ title, detail, ...wayOn }) });
  }

  private sayStale({ detail }: AppError, request: FastifyRequest, reply: FastifyReply): void {
    const title = 'This page is out of date';
    const page = this.forms.find(request.routeOptions.url);
    const body = FlowOverPage({ title, detail, button: 'Open it again', href: page?.path ?? '/signed-in' });
    this.pages.send(reply, 403, { title, body });
  }
}
