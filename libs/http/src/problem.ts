import { STATUS_CODES } from 'node:http';
import type { AppError, AppErrorKind, FieldFault } from '@app/errors';

/** The one place that knows which status a kind of error has. */
const statuses: Readonly<Record<AppErrorKind, number>> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  expired: 410,
  throttled: 429,
  unavailable: 503,
  upstream: 502,
  internal: 500,
};

export const problemType = 'application/problem+json; charset=utf-8';

/** RFC 9457. Further members come from AppError.data. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Stable; what a program branches on. */
  readonly code: string;
  readonly requestId: string;
  readonly errors?: readonly FieldFault[];
  readonly [member: string]: unknown;
}

export const statusOf = (kind: AppErrorKind): number => statuses[kind];

/** What a caller is told of an error. */
export function problemOf(error: AppError, requestId: string): Problem {
  const status = statuses[error.kind];
  // Nothing from inside leaves with a 500, whatever the thrower wrote.
  if (error.kind === 'internal') return internalProblem(requestId);
  return httpProblem(status, error.code, error.detail, requestId, error.faults, error.data);
}

export function internalProblem(requestId: string): Problem {
  return httpProblem(
    500,
    'http.internal',
    'Something went wrong here. Quote the request id to the operator.',
    requestId,
  );
}

/**
 * A problem by its status, for faults that only HTTP knows. The type is about:blank: `code` says which problem
 * it is, and RFC 9457 then wants the status phrase as title.
 */
export function httpProblem(
  status: number,
  code: string,
  detail: string,
  requestId: string,
  faults: readonly FieldFault[] = [],
  data: Readonly<Record<string, unknown>> = {},
): Problem {
  return {
    ...data,
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    code,
    requestId,
    ...(faults.length > 0 ? { errors: faults } : {}),
  };
}

/** The JSON schema of a Problem (2020-12), as it stands in the OpenAPI document. */
export const problemSchema = {
  type: 'object',
  description: 'RFC 9457 problem. `code` is stable; some codes carry further members.',
  required: ['type', 'title', 'status', 'detail', 'code', 'requestId'],
  properties: {
    type: { type: 'string', examples: ['about:blank'] },
    title: { type: 'string', examples: ['Bad Request'] },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    detail: { type: 'string' },
    code: { type: 'string', pattern: '^[a-z_]+\\.[a-z0-9_]+$', examples: ['http.invalid_input'] },
    requestId: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['field', 'code', 'detail'],
        properties: {
          field: { type: 'string', description: 'Dotted path into the input' },
          code: { type: 'string' },
          detail: { type: 'string' },
        },
        additionalProperties: false,
      },
    },
  },
  additionalProperties: true,
} as const;
