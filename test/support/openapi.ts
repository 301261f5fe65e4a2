import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { closeSchemas, type OpenApiDocument, type OpenApiOperation, type OpenApiResponse } from './openapi-schemas.js';

export interface ObservedAnswer {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly status: number;
  readonly contentType: string | null;
  /** What the body parsed to; undefined: there was none. */
  readonly body: unknown;
}

const covered = /^\/(v1|health)(\/|$)/;

/** Holds answers against an OpenAPI document. */
export class OpenApiCheck {
  private readonly document: OpenApiDocument;
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly validators = new Map<string, ValidateFunction>();

  constructor(document: OpenApiDocument) {
    this.document = closeSchemas(document);
    (addFormats as unknown as (ajv: Ajv2020) => void)(this.ajv);
    this.ajv.addSchema(this.document, 'openapi.json');
  }

  /** @throws Error saying what of this answer the document does not know. Paths beyond it are not judged. */
  expect(answer: ObservedAnswer): void {
    if (!covered.test(answer.path)) return;
    const fault = this.faultOf(answer);
    if (fault !== undefined) {
      throw new Error(
        `${answer.method} ${answer.path} answered ${answer.status}: ${fault}\n${JSON.stringify(answer.body, null, 2)}`,
      );
    }
  }

  private faultOf(answer: ObservedAnswer): string | undefined {
    const found = this.operationOf(answer);
    if (typeof found === 'string') return found;
    const response = found.operation.responses[String(answer.status)];
    if (!response) return `status not documented for ${found.template}`;
    return this.faultOfBody(answer, response, found.template);
  }

  private faultOfBody(answer: ObservedAnswer, response: OpenApiResponse, template: string): string | undefined {
    const documented = Object.keys(response.content ?? {});
    const type = answer.contentType?.split(';', 1)[0]?.trim().toLowerCase();
    if (answer.body === undefined) return documented.length === 0 ? undefined : 'no body, but one is documented';
    if (type === undefined || !documented.includes(type)) {
      return `content type ${type ?? 'none'}, documented: ${documented.join(', ') || 'no body'}`;
    }
    const pointer = [
      'paths',
      template,
      answer.method.toLowerCase(),
      'responses',
      String(answer.status),
      'content',
      type,
    ];
    if (!response.content?.[type]?.schema) return 'no schema documented';
    const validate = this.validatorOf([...pointer, 'schema']);
    return validate(answer.body)
      ? undefined
      : this.ajv.errorsText(validate.errors, { dataVar: 'body' }) + extras(validate);
  }

  private validatorOf(pointer: readonly string[]): ValidateFunction {
    const ref = `openapi.json#/${pointer.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;
    let validate = this.validators.get(ref);
    if (!validate) {
      validate = this.ajv.compile({ $ref: ref });
      this.validators.set(ref, validate);
    }
    return validate;
  }

  private operationOf({ method, path }: ObservedAnswer): { operation: OpenApiOperation; template: string } | string {
    const templates = Object.keys(this.document.paths)
      .filter((template) => matches(template, path))
      // /users/search is not /users/{id}
      .sort((a, b) => a.split('{').length - b.split('{').length);
    for (const template of templates) {
      const operation = this.document.paths[template]?.[method.toLowerCase()];
      if (operation) return { template, operation };
    }
    return templates.length > 0 ? 'method not documented' : 'path not documented';
  }
}

function matches(template: string, path: string): boolean {
  const [wanted, given] = [template.split('/'), path.split('/')];
  return (
    wanted.length === given.length &&
    wanted.every((part, at) => (part.startsWith('{') ? given[at] !== '' : part === given[at]))
  );
}

function extras(validate: ValidateFunction): string {
  const names = (validate.errors ?? []).flatMap(({ params }) => {
    const name =
      (params as Record<string, unknown>)['additionalProperty'] ??
      (params as Record<string, unknown>)['unevaluatedProperty'];
    return typeof name === 'string' ? [name] : [];
  });
  return names.length > 0 ? ` (undeclared: ${names.join(', ')})` : '';
}
