import { createServer, type Server } from 'node:http';

/**
 * A server on loopback that takes whatever is posted to it.
 * @param onBody may give the status of the answer
 */
export function listen(onBody: (body: string) => number | void, port = 0): Promise<Server> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      response.statusCode = onBody(body) ?? 200;
      response.end();
    });
  });
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(server)));
}
