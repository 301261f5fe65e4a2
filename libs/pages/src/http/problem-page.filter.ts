import { type ArgumentsHost, Catch, type ExceptionFilter, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RuntimeConfig } from '@app/config';
import { answerProblem, type Problem } from '@app/http';
import { ProblemPage } from '../components/problem-page.js';
import { pageHeaders } from '../content-security-policy.js';
import { renderPage } from '../document.js';

const titles: Readonly<Record<number, string>> = {
  403: 'This page cannot go on',
  404: 'There is nothing here',
  429: 'Too many tries',
  503: 'Just a moment',
};

/** Shows a person in a browser what a client would get as problem+json. Controllers of hosted pages use it. */
@Injectable()
@Catch()
export class ProblemPageFilter implements ExceptionFilter {
  constructor(private readonly runtime: RuntimeConfig) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    answerProblem(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>(), (reply, problem) =>
      this.send(reply, problem),
    );
  }

  private send(reply: FastifyReply, { status, detail, requestId }: Problem): void {
    const title = titles[status] ?? 'Something went wrong';
    const html = renderPage(
      { title, productName: this.runtime.productName },
      ProblemPage({ title, detail, requestId }),
    );
    void reply
      .code(status)
      .headers({ ...pageHeaders })
      .send(html);
  }
}
