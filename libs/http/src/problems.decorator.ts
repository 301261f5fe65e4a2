import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { STATUS_CODES } from 'node:http';

const headers: Readonly<
  Record<number, Record<string, { schema: { type: 'integer' | 'string' }; description: string }>>
> = {
  401: { 'WWW-Authenticate': { schema: { type: 'string' }, description: 'Bearer' } },
  429: { 'Retry-After': { schema: { type: 'integer' }, description: 'Seconds' } },
  503: { 'Retry-After': { schema: { type: 'integer' }, description: 'Seconds' } },
};

/** Documents the statuses that a route answers problems with. 500 and 503 are added everywhere. */
export const Problems = (...statuses: number[]): MethodDecorator & ClassDecorator =>
  applyDecorators(
    ...[...new Set([...statuses, 500, 503])].map((status) =>
      ApiResponse({
        status,
        description: STATUS_CODES[status] ?? 'Problem',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        ...(headers[status] ? { headers: headers[status] } : {}),
      }),
    ),
  );

/** Documents a 200 with a CursorPage of `item`. */
export const ApiCursorPage = (item: Type): MethodDecorator =>
  applyDecorators(
    ApiExtraModels(item),
    ApiOkResponse({
      schema: {
        type: 'object',
        required: ['items', 'nextCursor'],
        properties: {
          items: { type: 'array', items: { $ref: getSchemaPath(item) } },
          nextCursor: { type: 'string', nullable: true },
        },
      },
    }),
  );
