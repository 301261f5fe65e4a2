import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export interface Resource {
  readonly type?: string;
  readonly body?: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
}

/** A web site on loopback, of whatever a test puts there. */
export class Site {
  private readonly resources = new Map<string, Resource | Handler>();
  /** Method and path of every request. */
  readonly requests: string[] = [];

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async start(port = 0, address = '127.0.0.1'): Promise<Site> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, address, resolve);
    });
    const site = new Site(server, (server.address() as AddressInfo).port);
    server.on('request', (request, response) => site.answer(request, response));
    return site;
  }

  put(path: string, resource: Resource | Handler): void {
    this.resources.set(path, resource);
  }

  /** How often a path was asked for. */
  hits(path: string): number {
    return this.requests.filter((request) => request.endsWith(` ${path}`)).length;
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    this.requests.push(`${request.method} ${request.url}`);
    const url = request.url ?? '';
    const resource = this.resources.get(url) ?? this.resources.get(url.split('?', 1)[0] ?? '');
    if (typeof resource === 'function') return resource(request, response);
    const { status = resource ? 200 : 404, type = 'text/html', headers = {}, body = '' } = resource ?? {};
    response.writeHead(status, { 'content-type': type, ...headers }).end(body);
  }
}
