import { setTimeout as wait } from 'node:timers/promises';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { Certificate } from './certificate.js';

/** A mail that the server took responsibility for, as it arrived. */
export interface CaughtMessage {
  readonly from: string;
  readonly to: string;
  readonly messageId: string;
  /** Its bytes, one character each. */
  readonly mime: string;
  readonly secure: boolean;
  readonly user: string | undefined;
}

export interface SmtpRefusal {
  readonly code: number;
  readonly text?: string;
}

export interface SmtpOptions {
  /** `implicit`: as on port 465. `starttls`: offered. `stripped`: neither offered nor understood. `none` by default. */
  readonly tls?: 'none' | 'starttls' | 'implicit' | 'stripped';
  readonly certificate?: Certificate;
  /** Asked for, and required, where given. */
  readonly credentials?: { readonly username: string; readonly password: string };
}

/** A real SMTP server for tests. What it does is changed while it runs. */
export class SmtpCatcher {
  readonly messages: CaughtMessage[] = [];
  /** Every RCPT TO, the refused ones too. */
  readonly attempts: string[] = [];
  /** Says whether a recipient is refused; `attempt` counts from 1 for each recipient. */
  refuse: (recipient: string, attempt: number) => SmtpRefusal | undefined = () => undefined;
  /** Runs after the message has arrived whole and before the server says 250; what it throws is a 451. */
  beforeAccept: (message: CaughtMessage) => Promise<void> | void = () => undefined;

  private server: SMTPServer | undefined;
  private boundPort = 0;

  private constructor(private readonly options: SmtpOptions) {}

  static async start(options: SmtpOptions = {}): Promise<SmtpCatcher> {
    const catcher = new SmtpCatcher(options);
    await catcher.up();
    return catcher;
  }

  get port(): number {
    return this.boundPort;
  }

  /** Listens (again), on the same port as before. */
  async up(): Promise<void> {
    const server = new SMTPServer(this.serverOptions());
    server.on('error', () => undefined);
    await new Promise<void>((resolve, reject) => {
      server.server.once('error', reject);
      server.listen(this.boundPort, '127.0.0.1', resolve);
    });
    this.server = server;
    this.boundPort = (server.server.address() as { port: number }).port;
  }

  /** Refuses connections and cuts those there are. */
  async down(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (!server) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    // The server itself waits half a minute for its clients.
    for (const connection of (server as unknown as { connections: Set<{ close(): void }> }).connections) {
      connection.close();
    }
    await closed;
  }

  /** The messages to one recipient. */
  to(recipient: string): CaughtMessage[] {
    return this.messages.filter((message) => message.to === recipient);
  }

  /** Waits for the n-th message to a recipient (the first by default), and reads it. */
  async next(recipient: string, options: { readonly nth?: number; readonly timeoutMs?: number } = {}): Promise<Email> {
    const nth = options.nth ?? 1;
    await until(`mail ${nth} to ${recipient}`, () => this.to(recipient).length >= nth, options.timeoutMs);
    return readMessage(this.to(recipient)[nth - 1]!);
  }

  private serverOptions(): SMTPServerOptions {
    const { tls = 'none', certificate, credentials } = this.options;
    const withoutTls = tls === 'none' || tls === 'stripped';
    const disabled = [...(withoutTls ? ['STARTTLS'] : []), ...(credentials ? [] : ['AUTH'])];
    return {
      secure: tls === 'implicit',
      disabledCommands: disabled,
      authOptional: credentials === undefined,
      allowInsecureAuth: withoutTls,
      disableReverseLookup: true,
      closeTimeout: 100,
      logger: false,
      ...(certificate ?? {}),
      onAuth: (auth, _session, done) => {
        const right = auth.username === credentials?.username && auth.password === credentials?.password;
        done(
          right ? null : failure({ code: 535, text: 'Authentication failed' }),
          right ? { user: auth.username } : undefined,
        );
      },
      onRcptTo: (address, _session, done) => {
        this.attempts.push(address.address);
        const attempt = this.attempts.filter((one) => one === address.address).length;
        const refusal = this.refuse(address.address, attempt);
        done(refusal ? failure(refusal) : undefined);
      },
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.once('end', () => {
          const mime = Buffer.concat(chunks).toString('latin1');
          const message: CaughtMessage = {
            from: session.envelope.mailFrom ? session.envelope.mailFrom.address : '',
            to: session.envelope.rcptTo.map(({ address }) => address).join(),
            messageId: /^message-id:\s*(<[^>]+>)/im.exec(mime)?.[1] ?? '',
            mime,
            secure: session.secure,
            user: session.user,
          };
          this.accept(message).then(
            () => done(null, 'accepted'),
            () => done(failure({ code: 451, text: 'Try again later' })),
          );
        });
      },
    };
  }

  private async accept(message: CaughtMessage): Promise<void> {
    await this.beforeAccept(message);
    this.messages.push(message);
  }
}

/** The message's headers and parts. */
export function readMessage(message: CaughtMessage): Promise<Email> {
  return PostalMime.parse(Buffer.from(message.mime, 'latin1'));
}

/** Waits for a condition, and says what was waited for when it does not come true. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 15_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms for ${what}`);
    await wait(20);
  }
}

function failure({ code, text }: SmtpRefusal): Error {
  return Object.assign(new Error(text ?? 'refused'), { responseCode: code });
}
