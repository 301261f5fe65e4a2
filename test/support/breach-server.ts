import { createHash } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A request as the service saw it. */
export interface RangeRequest {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

export type Trouble = 'unavailable' | 'error page' | 'endless' | 'silent';

const sha1 = (password: string): string => createHash('sha1').update(password).digest('hex').toUpperCase();
const crlf = '\r\n';

/**
 * A server of the range API of Pwned Passwords (haveibeenpwned.com/API/v3#PwnedPasswords): `GET /range/{5 hex digits}`
 * answers with the other 35 of every known hash and how often it was seen, padded by hashes never seen (count 0).
 */
export class BreachServer {
  readonly requests: RangeRequest[] = [];
  /** What it does in the place of answering. */
  trouble: Trouble | undefined;
  private readonly counts = new Map<string, number>();
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;
  private port = 0;

  static async start(): Promise<BreachServer> {
    const started = new BreachServer();
    await started.up();
    return started;
  }

  /** What GATEHOUSE_HIBP_URL is to be. */
  get url(): string {
    return `http://127.0.0.1:${this.port}/range`;
  }

  /** Knows a password, seen so many times; 0 makes it padding. */
  knows(password: string, count = 3): string {
    this.counts.set(sha1(password), count);
    return password;
  }

  /** Listens (again), on the same port as before. */
  async up(): Promise<void> {
    this.trouble = undefined;
    const server = createServer((request, reply) => {
      const { method, url: path, headers } = request;
      this.requests.push({ method, path, headers });
      this.answer(path ?? '', headers, reply);
    });
    server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  /** Refuses connections and cuts those there are. */
  async down(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (!server) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private answer(path: string, headers: IncomingHttpHeaders, reply: ServerResponse): void {
    if (this.trouble === 'silent') return;
    if (this.trouble === 'unavailable') return void reply.writeHead(503).end();
    if (this.trouble === 'error page') return void reply.setHeader('content-type', 'text/html').end('<h1>Oh no</h1>');
    const prefix = /^\/range\/([0-9A-F]{5})$/i.exec(path)?.[1]?.toUpperCase();
    if (prefix === undefined) return void reply.writeHead(400).end('The hash prefix was not in a valid format');
    reply.setHeader('content-type', 'text/plain');
    const lines = this.linesOf(prefix, headers['add-padding'] === 'true');
    if (this.trouble === 'endless') return void reply.end(lines.join(crlf).repeat(40));
    reply.end(lines.join(crlf));
  }

  private linesOf(prefix: string, padded: boolean): string[] {
    const known = [...this.counts].filter(([hash]) => hash.startsWith(prefix));
    const others = Array.from({ length: 300 }, (_, at): [string, number] => [prefix + sha1(`other ${at}`).slice(5), 1]);
    const padding = Array.from({ length: 500 }, (_, at): [string, number] => [prefix + sha1(`pad ${at}`).slice(5), 0]);
    return [...known, ...others, ...(padded ? padding : [])].map(([hash, count]) => `${hash.slice(5)}:${count}`).sort();
  }
}
