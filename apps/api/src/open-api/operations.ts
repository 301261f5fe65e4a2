import { STATUS_CODES } from 'node:http';
import type { OpenAPIObject } from '@nestjs/swagger';
import { type Access, accessExtension, freshExtension } from '@app/http';

const methods = ['get', 'put', 'post', 'patch', 'delete'] as const;
type Method = (typeof methods)[number];
type Operation = NonNullable<OpenAPIObject['paths'][string][Method]> & {
  [accessExtension]?: Access;
  [freshExtension]?: boolean;
};

const fresh =
  'Needs a sign-in at the highest level of the account, some minutes old at most. Else it answers 403 ' +
  '`authentication.step_up_required` with `methods` and `maxAge`: call `POST /v1/auth/step-up`, then repeat the request.';

const signedIn = [{ bearer: [] }, { cookie: [] }];

/**
 * Says of every operation what the HTTP floor does for all: who may call it, and the refusals that come before its
 * controller. Controllers document only what is their own.
 */
export function completeOperations(document: OpenAPIObject): void {
  for (const [path, item] of Object.entries(document.paths)) {
    for (const method of methods) {
      const operation: Operation | undefined = item[method];
      if (operation) complete(operation, method, path.startsWith('/v1/'));
    }
  }
}

function complete(operation: Operation, method: Method, api: boolean): void {
  const access = operation[accessExtension] ?? {};
  delete operation[accessExtension];
  if (operation[freshExtension]) operation.description = [operation.description, fresh].filter(Boolean).join('\n\n');
  operation.security = access.anyone ? [] : signedIn;
  for (const status of floorStatuses(operation, method, access, api)) {
    operation.responses[String(status)] ??= problemResponse(status);
  }
}

function floorStatuses(operation: Operation, method: Method, access: Access, api: boolean): number[] {
  if (!api) return [500];
  return [
    400,
    ...(access.anyone ? [] : [401]),
    // Roles, sessions that may only repair factors, and cookies on requests that other sites began.
    ...(access.anyone && method === 'get' ? [] : [403]),
    ...(operation.requestBody ? [413, 415] : []),
    500,
    503,
  ];
}

const problemResponse = (status: number): Operation['responses'][string] => ({
  description: STATUS_CODES[status] ?? 'Problem',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});
