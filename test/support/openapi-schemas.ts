/** The parts of an OpenAPI 3.1 document that answers are judged by. */
export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

export interface OpenApiOperation {
  readonly responses: Readonly<Record<string, OpenApiResponse>>;
}

export interface OpenApiResponse {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

export interface Schema {
  readonly [keyword: string]: unknown;
}

const openComponents = '#/components/open/';
const closedComponents = '#/components/schemas/';

/** Keywords that hold one schema, a list of them, or schemas by name. */
const single = ['items', 'additionalProperties', 'not', 'if', 'then', 'else', 'contains', 'propertyNames'];
const lists = ['oneOf', 'anyOf', 'prefixItems'];
const named = ['properties', 'patternProperties', '$defs', 'dependentSchemas'];

/**
 * The document with every object schema closed: what it does not declare is not allowed. A schema that says
 * `additionalProperties` itself keeps its word. Parts of an allOf stay open each, and the whole is closed.
 */
export function closeSchemas(document: OpenApiDocument): OpenApiDocument {
  const schemas = document.components?.schemas ?? {};
  return {
    ...document,
    paths: mapValues(document.paths, (item) => mapValues(item, (operation) => closeOperation(operation))),
    components: {
      ...document.components,
      schemas: mapValues(schemas, (schema) => close(schema, true)),
      ...{ open: mapValues(schemas, (schema) => close(schema, false)) },
    },
  };
}

function closeOperation(operation: OpenApiOperation): OpenApiOperation {
  if (typeof operation !== 'object' || !('responses' in operation)) return operation;
  return {
    ...operation,
    responses: mapValues(operation.responses, (response) =>
      response.content === undefined
        ? response
        : {
            ...response,
            content: mapValues(response.content, (media) =>
              media.schema === undefined ? media : { ...media, schema: close(media.schema, true) },
            ),
          },
    ),
  };
}

function close(schema: Schema, shut: boolean): Schema {
  const result: Record<string, unknown> = { ...schema };
  for (const keyword of single) if (isSchema(schema[keyword])) result[keyword] = close(schema[keyword], true);
  for (const keyword of lists) result[keyword] = mapList(schema[keyword], (part) => close(part, shut));
  for (const keyword of named) {
    const members = schema[keyword];
    if (isSchema(members)) result[keyword] = mapValues(members as Record<string, Schema>, (part) => close(part, true));
  }
  const parts = mapList(schema['allOf'], (part) => close(part, false));
  result['allOf'] = parts;
  if (!shut && typeof schema['$ref'] === 'string')
    result['$ref'] = schema['$ref'].replace(closedComponents, openComponents);
  if (shut && !('additionalProperties' in schema)) {
    if (parts !== undefined) result['unevaluatedProperties'] = false;
    else if (schema['type'] === 'object' || 'properties' in schema) result['additionalProperties'] = false;
  }
  return Object.fromEntries(Object.entries(result).filter(([, value]) => value !== undefined));
}

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const mapList = (value: unknown, map: (schema: Schema) => Schema): Schema[] | undefined =>
  Array.isArray(value) ? (value as Schema[]).map(map) : undefined;

function mapValues<From, To>(values: Readonly<Record<string, From>>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value)]));
}
