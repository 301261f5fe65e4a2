import type { App } from '../../support/app.js';

/** An operation of the OpenAPI document. */
export interface DocumentedOperation {
  /** As the document names it: `delete /v1/me/passkeys/{passkeyId}`. */
  readonly name: string;
  readonly method: string;
  /** Its path, with something in the place of each parameter. */
  readonly address: string;
  readonly needsSession: boolean;
  /** Whether it says that it asks for fresh authentication. */
  readonly fresh: boolean;
  readonly description: string;
  readonly statuses: readonly string[];
}

interface Described {
  readonly security?: readonly object[];
  readonly description?: string;
  readonly responses: object;
  readonly 'x-fresh-authentication'?: boolean;
}

/** Every operation that the document describes, so that a new one cannot be forgotten by who walks over them. */
export async function operationsOf(app: App): Promise<DocumentedOperation[]> {
  const answer = await app.api.get<{ paths: Record<string, Record<string, Described>> }>('/openapi.json');
  return Object.entries(answer.body.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      name: `${method} ${path}`,
      method: method.toUpperCase(),
      address: path.replace(/\{\w+\}/g, '00000000-0000-4000-8000-000000000000'),
      needsSession: (operation.security?.length ?? 0) > 0,
      fresh: operation['x-fresh-authentication'] === true,
      description: operation.description ?? '',
      statuses: Object.keys(operation.responses),
    })),
  );
}
