import { Injectable } from '@nestjs/common';
import { Audit, type ClientInfo } from '@app/audit';
import { BulkPasswords, type StoredPassword, withoutMark } from '@app/credentials';
import { Transactions } from '@app/database';
import { BulkUsers, formatUserId, type StoredUser, type UserId } from '@app/users';

export interface ExportOptions {
  /** Authenticator apps, passkeys and backup codes too. */
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
      const ids = page.map(({ id }) => id);
      const passwords = new Map((await this.passwords.find(ids)).map((password) => [password.userId, password]));
      for (const user of page) yield `${JSON.stringify(lineOf(user, passwords.get(user.id)))}\n`;
      users += page.length;
      options.progress(users);
      if (page.length < pageSize) break;
      after = ids.at(-1);
    }
    await this.record('users.exported', { withSecrets, users });
  }

  private async record(type: string, data: Readonly<Record<string, number | boolean>>): Promise<void> {
    await this.transactions.run((tx) => this.audit.record(tx, { type, client: nobody, data }));
  }
}

/** Members that say nothing are left out. */
function lineOf(user: StoredUser, password: StoredPassword | undefined): object {
  const { id, email, emailVerified, username, status, phoneNumberVerified, roles, groups, createdAt, ...claims } = user;
  const line = {
    id: formatUserId(id),
    email,
    emailVerified,
    username,
    ...claims,
    phoneNumberVerified: phoneNumberVerified || null,
    roles: roles.length > 0 ? roles : null,
    groups: groups.length > 0 ? groups : null,
    disabled: status === 'disabled' || null,
    mustChangePassword: password?.mustChange === true || null,
    password: password ? { hash: withoutMark(password.hash) } : null,
    createdAt: createdAt.toISOString(),
  };
  return Object.fromEntries(Object.entries(line).filter(([, value]) => value !== null));
}
