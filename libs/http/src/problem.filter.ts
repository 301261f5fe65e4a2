import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '@app/errors';
import { httpFaultOf } from './foreign-errors.js';
import { httpProblem, internalProblem, type Problem, problemOf, problemType } from './problem.js';

/** Every error that a Nest route ends with becomes a problem. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    answerProblem(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }
}

/** Answers with the problem that this error is to the caller; logs what the operator must know of it. */
export function answerProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  /** Writes the answer; hosted pages have their own way. */
  send: (reply: FastifyReply, problem: Problem) => void = sendProblem,
): void {
  const problem = problemFor(error, request);
  if (problem.status >= 500) logFault(error, problem, request);
  if (reply.sent) return;
  if (problem.status === 401) void reply.header('www-authenticate', challenge(request));
  if (error instanceof AppError && error.retryAfter !== undefined) {
    void reply.header('retry-after', String(Math.max(1, Math.ceil(error.retryAfter))));
  }
  send(reply, problem);
}

export function sendProblem(reply: FastifyReply, problem: Problem): void {
  void reply.code(problem.status).header('content-type', problemType).send(JSON.stringify(problem));
}

function problemFor(error: unknown, request: FastifyRequest): Problem {
  if (error instanceof AppError) return problemOf(error, request.id);
  const fault = httpFaultOf(error);
  return fault ? httpProblem(fault.status, fault.code, fault.detail, request.id) : internalProblem(request.id);
}

/** With the database away every request fails alike, and each has its line with its status anyway. */
const quietMs = 1_000;
const lastLogged = new Map<string, number>();

function logFault(error: unknown, problem: Problem, request: FastifyRequest): void {
  if (problem.status !== 500 && wasJustLogged(problem.code)) return;
  const context = { requestId: request.id, route: request.routeOptions?.url, code: problem.code, err: error };
  if (problem.status === 500) request.log.error(context, 'request failed');
  else request.log.warn(context, 'request could not be served');
}

/** Codes are constants of the code, so the map stays small. */
function wasJustLogged(code: string): boolean {
  const now = Date.now();
  if (now - (lastLogged.get(code) ?? 0) < quietMs) return true;
  lastLogged.set(code, now);
  return false;
}

/** RFC 6750 section 3.1: an error code only where a token was sent. */
function challenge(request: FastifyRequest): string {
  return request.headers.authorization === undefined ? 'Bearer' : 'Bearer error="invalid_token"';
}
