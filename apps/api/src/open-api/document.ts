import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { Config } from '@app/config';
import { problemSchema, sessionCookieName } from '@app/http';
import { completeOperations } from './operations.js';

/** What the document covers: the REST API and the probes. Hosted pages and protocol endpoints have no business in it. */
const covered = /^\/(v1|health)(\/|$)/;

/** The OpenAPI 3.1 document, from the decorators of the controllers that are mounted. */
export function openApiDocument(app: INestApplication, config: Config): OpenAPIObject {
  const settings = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(config.runtime.productName)
    .setDescription(
      'Errors are RFC 9457 problems with a stable `code`. Lists are pages: `limit`, `cursor` → `nextCursor`.',
    )
    .setVersion('1')
    .addServer(config.http.publicUrl)
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, 'bearer')
    .addCookieAuth(sessionCookieName, { type: 'apiKey', in: 'cookie', name: sessionCookieName }, 'cookie')
    .build();
  const document = SwaggerModule.createDocument(app, settings, {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
  for (const path of Object.keys(document.paths)) {
    if (!covered.test(path)) delete document.paths[path];
  }
  document.components ??= {};
  // The builder's types are those of 3.0, where a schema was no JSON schema yet.
  document.components.schemas = { ...document.components.schemas, Problem: structuredClone(problemSchema) as object };
  completeOperations(document);
  return document;
}
