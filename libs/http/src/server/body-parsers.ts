import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '@app/errors';
import { isApiPath } from '../cross-site.js';

/** Deeper input than any of ours: recursion over it could exhaust the stack. */
const depthLimit = 32;

type Done = (error: Error | null, body?: unknown) => void;

/** Bodies are JSON, or forms of hosted pages. What PostgreSQL could not store is refused here, once for all. */
export function installBodyParsers(server: FastifyInstance): void {
  const parseJson = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    (request: FastifyRequest, text: string, done: Done) => {
      // Clients name the type even where there is no body; rules on members then say what is missing.
      if (text === '') return done(null, undefined);
      void parseJson(request, text, (error, body: unknown) => {
        if (error) return done(malformedJson());
        done(faultIn(body, 0) ?? null, body);
      });
    },
  );
  server.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (request: FastifyRequest, text: string, done: Done) => {
      // A form can be posted by any site without asking first: /v1 takes JSON only.
      if (isApiPath(request.url)) return done(unsupportedMediaType());
      const form: Record<string, string> = Object.create(null) as Record<string, string>;
      for (const [name, value] of new URLSearchParams(text)) form[name] ??= value;
      done(faultIn(form, 0) ?? null, form);
    },
  );
}

/** A NUL in an encoded path or query: `%2500` is the text "%00" and no NUL. */
export function nulIn(url: string): AppError | undefined {
  return url.includes('%00') ? nulByte() : undefined;
}

function faultIn(value: unknown, depth: number): AppError | undefined {
  if (typeof value === 'string') return value.includes('\0') ? nulByte() : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth === depthLimit) return tooDeep();
  for (const [name, member] of Object.entries(value)) {
    const fault = name.includes('\0') ? nulByte() : faultIn(member, depth + 1);
    if (fault) return fault;
  }
  return undefined;
}

const nulByte = (): AppError => new AppError('invalid', 'http.nul_byte', 'The input holds a NUL character.');
const tooDeep = (): AppError => new AppError('invalid', 'http.too_deep', 'The body is nested too deeply.');
const malformedJson = (): AppError => new AppError('invalid', 'http.malformed_json', 'The body is not JSON.');

function unsupportedMediaType(): Error {
  return Object.assign(new Error('A form on /v1'), { code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE', statusCode: 415 });
}
