import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { FastifyInstance } from 'fastify';

/** Swagger UI sets style attributes and shows images that its style sheet carries. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

const start = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true });\n`;

const assets = { 'swagger-ui.css': 'text/css', 'swagger-ui-bundle.js': 'text/javascript' } as const;

/**
 * GET /openapi.json, and Swagger UI at /docs with files of our own machine. Not Nest routes: in production they live
 * on a listener that has none. `document` is asked for once, by the first who wants to see it.
 */
export function serveDocs(server: FastifyInstance, document: () => object): void {
  let json: string | undefined;
  server.get('/openapi.json', async (_request, reply) => {
    json ??= JSON.stringify(document());
    void reply.header('content-type', 'application/json; charset=utf-8');
    return json;
  });
  serveText(server, '/docs', 'text/html', async () => page);
  serveText(server, '/docs/start.js', 'text/javascript', async () => start);
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  for (const [file, type] of Object.entries(assets)) {
    serveText(server, `/docs/${file}`, type, () => readFile(join(folder, file), 'utf8'));
  }
}

function serveText(server: FastifyInstance, path: string, type: string, read: () => Promise<string>): void {
  server.get(path, async (_request, reply) => {
    void reply.header('content-type', `${type}; charset=utf-8`).header('content-security-policy', policy);
    return read();
  });
}
