import { HttpException } from '@nestjs/common';

export interface HttpFault {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
}

/** Fastify's own refusals by their code. Others of its 4xx become `http.bad_request`. */
const byCode: Readonly<Record<string, HttpFault>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { status: 413, code: 'http.body_too_large', detail: 'The body is larger than allowed.' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    code: 'http.unsupported_media_type',
    detail: 'The body has a media type that this resource does not take.',
  },
  FST_ERR_CTP_INVALID_JSON_BODY: { status: 400, code: 'http.malformed_json', detail: 'The body is not JSON.' },
  FST_ERR_BAD_URL: { status: 400, code: 'http.malformed_url', detail: 'The path is not well encoded.' },
};

const badRequest: HttpFault = {
  status: 400,
  code: 'http.bad_request',
  detail: 'The request cannot be understood.',
};

const byStatus: Readonly<Record<number, HttpFault>> = {
  400: badRequest,
  403: { status: 403, code: 'http.forbidden', detail: 'This is not allowed.' },
  404: { status: 404, code: 'http.route_not_found', detail: 'There is nothing at this path.' },
  408: { status: 408, code: 'http.request_timeout', detail: 'The request took too long to arrive.' },
  413: { status: 413, code: 'http.body_too_large', detail: 'The body is larger than allowed.' },
  414: { status: 414, code: 'http.url_too_long', detail: 'The path is longer than allowed.' },
  415: { status: 415, code: 'http.unsupported_media_type', detail: 'This media type is not taken here.' },
  503: { status: 503, code: 'http.unavailable', detail: 'The service cannot answer now.' },
};

/** Errors of Fastify and Nest that are the caller's fault; undefined for all others. Their messages stay inside. */
export function httpFaultOf(error: unknown): HttpFault | undefined {
  if (error instanceof HttpException) return faultOfStatus(error.getStatus());
  if (!(error instanceof Error)) return undefined;
  const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
  if (typeof code === 'string' && Object.hasOwn(byCode, code)) return byCode[code];
  return typeof statusCode === 'number' ? faultOfStatus(statusCode) : undefined;
}

function faultOfStatus(status: number): HttpFault | undefined {
  const known = byStatus[status];
  if (known) return known;
  return status >= 400 && status < 500 ? { ...badRequest, status } : undefined;
}
