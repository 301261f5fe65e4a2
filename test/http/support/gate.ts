import { connect, createServer, type Server, type Socket } from 'node:net';

/** Stands before a PostgreSQL server, so that a test can take it away from one application alone. */
export class Gate {
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;
  private port = 0;
  private silent = false;

  constructor(private readonly databaseUrl: string) {}

  /** The database's URL through this gate. */
  async open(): Promise<string> {
    this.silent = false;
    const target = new URL(this.databaseUrl);
    const { hostname, port } = target;
    this.server = createServer((client) => {
      this.keep(client);
      if (this.silent) return;
      const upstream = connect(Number(port), hostname);
      this.keep(upstream);
      client.pipe(upstream);
      upstream.pipe(client);
      client.on('close', () => upstream.destroy());
      upstream.on('close', () => client.destroy());
    });
    const { server } = this;
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as { port: number }).port;
    target.port = String(this.port);
    target.hostname = '127.0.0.1';
    return target.href;
  }

  /** As a stopped server: connections are gone, new ones refused. */
  async shut(): Promise<void> {
    const { server } = this;
    if (!server) return;
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  /** As a server behind a broken network: connections stand, nothing comes back. */
  hang(): void {
    this.silent = true;
    for (const socket of this.sockets) {
      socket.unpipe();
      socket.pause();
    }
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
  }
}
