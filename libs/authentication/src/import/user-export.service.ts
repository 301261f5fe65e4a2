import { Injectable } from '@nestjs/common';
import { Audit, type ClientInfo } from '@app/audit';
import { BulkPasskeys, BulkPasswords, PasskeyRelyingParty } from '@app/credentials';
import { Transactions } from '@app/database';
import { BulkFactors } from '@app/mfa';
import { BulkSessions } from '@app/sessions';
import { BulkUsers, type StoredUser, type UserId } from '@app/users';
import { AccountHoldings } from './account-holdings.js';
import { type Belongings, exportLine } from './export-line.js';

export interface ExportOptions {
  /** Authenticator apps and backup codes too. */
  readonly withSecrets: boolean;
  /** Told after each page, with all accounts so far. */
  readonly progress: (users: number) => void;
}

const nobody: ClientInfo = { address: null, userAgent: null, requestId: null };
const pageSize = 500;

/** All that is held about accounts, as JSON Lines that an import takes back: nobody is locked in. */
@Injectable()
export class UserExport {
  constructor(
    private readonly users: BulkUsers,
    private readonly passwords: BulkPasswords,
    private readonly passkeys: BulkPasskeys,
    private readonly relyingParty: PasskeyRelyingParty,
    private readonly factors: BulkFactors,
    private readonly sessions: BulkSessions,
    private readonly holdings: AccountHoldings,
    private readonly audit: Audit,
    private readonly transactions: Transactions,
  ) {}

  /**
   * A line an account, a page at a time, in the order of their ids. Each line is whole; the file as a whole is no
   * picture of one moment. That it was begun is in the audit log before the first line leaves.
   */
  async *lines(options: ExportOptions): AsyncGenerator<string> {
    const { withSecrets } = options;
    await this.record('users.export_started', { withSecrets });
    let users = 0;
    for (let after: UserId | undefined; ;) {
      const page = await this.users.page(after, pageSize);
      const belongings = await this.belongingsOf(page, withSecrets);
      for (const user of page) yield exportLine(user, belongings(user.id));
      users += page.length;
      options.progress(users);
      if (page.length < pageSize) break;
      after = page.at(-1)?.id;
    }
    await this.record('users.exported', { withSecrets, users });
  }

  private async belongingsOf(page: readonly StoredUser[], withSecrets: boolean): Promise<(id: UserId) => Belongings> {
    const ids = page.map(({ id }) => id);
    const passwords = grouped(await this.passwords.find(ids));
    const passkeys = grouped(await this.passkeys.find(ids));
    const sessions = grouped(await this.sessions.find(ids));
    const factors = withSecrets ? await this.factors.find(ids) : undefined;
    const held = await this.holdings.find(ids);
    const relyingParty = await this.relyingParty.planned();
    return (id) => ({
      password: passwords.get(id)?.[0],
      passkeys: (passkeys.get(id) ?? []).map((passkey) => ({ relyingParty, ...passkey })),
      sessions: sessions.get(id) ?? [],
      factors: factors?.get(id),
      held: held(id),
    });
  }

  private async record(type: string, data: Readonly<Record<string, number | boolean>>): Promise<void> {
    await this.transactions.run((tx) => this.audit.record(tx, { type, client: nobody, data }));
  }
}

function grouped<Row extends { readonly userId: UserId }>(
  rows: readonly Row[],
): ReadonlyMap<UserId, readonly Omit<Row, 'userId'>[]> {
  const groups = new Map<UserId, Omit<Row, 'userId'>[]>();
  for (const { userId, ...row } of rows) groups.set(userId, [...(groups.get(userId) ?? []), row]);
  return groups;
}
