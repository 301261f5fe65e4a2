import { Injectable, Logger } from '@nestjs/common';
import { ConfigurationError, HttpConfig, PasskeyConfig } from '@app/config';
import { Database } from '@app/database';

/**
 * Who passkeys are made for: a host name, fixed at the first start, because passkeys work for no other. PUBLIC_URL may
 * move to a subdomain of it, and with no passkeys yet to anywhere.
 */
@Injectable()
export class PasskeyRelyingParty {
  private readonly log = new Logger('Passkeys');
  private known: string | undefined;

  constructor(
    private readonly database: Database,
    private readonly http: HttpConfig,
    private readonly passkeys: PasskeyConfig,
  ) {}

  /** Origins whose pages may use passkeys: our own, and those of the setting. */
  get origins(): readonly string[] {
    return [new URL(this.http.publicUrl).origin, ...this.passkeys.origins];
  }

  async id(): Promise<string> {
    this.known ??= await this.fix();
    return this.known;
  }

  /** What the id is or is going to be; fixes nothing. */
  async planned(): Promise<string> {
    const [row] = await this.database.run<{ id: string }>(readId);
    return row?.id ?? this.host();
  }

  /** Fixes the id at the first start. @throws ConfigurationError where PUBLIC_URL has left it behind. */
  async settle(): Promise<void> {
    this.known = await this.fix();
    const host = this.host();
    if (covers(this.known, host)) return;
    const [moved] = await this.database.run<{ id: string }>(moveUnused, [this.known, host]);
    if (!moved) throw new ConfigurationError([leftBehind(this.known, host)]);
    this.log.log(`Passkeys are made for ${host} from now on; there were none for ${this.known}`);
    this.known = moved.id;
  }

  private async fix(): Promise<string> {
    const [row] = await this.database.run<{ id: string }>(fixId, [this.host()]);
    if (row) return row.id;
    const [other] = await this.database.run<{ id: string }>(readId);
    if (!other) throw new Error('the relying party id was not fixed');
    return other.id;
  }

  private host(): string {
    return new URL(this.http.publicUrl).hostname;
  }
}

const covers = (id: string, host: string): boolean => host === id || host.endsWith(`.${id}`);

const leftBehind = (id: string, host: string): string =>
  `GATEHOUSE_PUBLIC_URL: ${host} is neither ${id} nor below it, and people hold passkeys that work there only. ` +
  `Go back to ${id}, or remove all passkeys and the row of the table relying_party`;

const fixId = {
  name: 'credentials.fix_relying_party',
  text: `INSERT INTO relying_party (id) SELECT $1 WHERE NOT EXISTS (SELECT FROM relying_party)
         ON CONFLICT DO NOTHING RETURNING id`,
};
const readId = { name: 'credentials.read_relying_party', text: 'SELECT id FROM relying_party' };
const moveUnused = {
  name: 'credentials.move_relying_party',
  text: `UPDATE relying_party SET id = $2 WHERE id = $1 AND NOT EXISTS (SELECT FROM passkeys) RETURNING id`,
};
