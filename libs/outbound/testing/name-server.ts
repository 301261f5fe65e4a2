import dns from 'dns2';

const { Packet } = dns;

type Zone = Readonly<Record<string, { readonly a?: readonly string[]; readonly txt?: readonly string[] }>>;

/** A name server on loopback that knows these names, and says of all others that they do not exist. */
export class NameServer {
  private readonly names = new Map<string, { a?: readonly string[]; txt?: readonly string[] }>();
  /** Asks go unanswered meanwhile. */
  silent = false;
  /** Every name that was asked for, with its type. */
  readonly asked: string[] = [];

  private constructor(
    private readonly server: dns.UDPServer,
    readonly address: string,
  ) {}

  static async start(zone: Zone = {}): Promise<NameServer> {
    const server = dns.createUDPServer();
    await server.listen(0, '127.0.0.1');
    const started = new NameServer(server, `127.0.0.1:${server.address().port}`);
    for (const [name, records] of Object.entries(zone)) started.set(name, records);
    server.on('request', (request, send) => started.answer(request, send));
    return started;
  }

  set(name: string, records: { a?: readonly string[]; txt?: readonly string[] }): void {
    this.names.set(name, { ...this.names.get(name), ...records });
  }

  /** As if the name had never been. */
  forget(name: string): void {
    this.names.delete(name);
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private answer(request: dns.Packet, send: (response: dns.Packet) => unknown): void {
    const [question] = request.questions;
    if (this.silent || !question) return;
    const type = Number(question.type);
    this.asked.push(`${question.name} ${type === Packet.TYPE.TXT ? 'TXT' : type}`);
    const response = Packet.createResponseFromRequest(request);
    const known = this.names.get(question.name.toLowerCase());
    if (!known) response.header.rcode = Packet.RCODE.NXDOMAIN;
    const record = { name: question.name, class: Packet.CLASS.IN, ttl: 1 };
    if (type === Packet.TYPE.A) {
      for (const address of known?.a ?? []) response.answers.push({ ...record, type, address } as dns.Packet.Resource);
    }
    if (type === Packet.TYPE.TXT) {
      for (const data of known?.txt ?? []) response.answers.push({ ...record, type, data } as dns.Packet.Resource);
    }
    send(response);
  }
}
