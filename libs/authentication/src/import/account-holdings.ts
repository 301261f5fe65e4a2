import { Injectable } from '@nestjs/common';
import type { UserId } from '@app/users';

/** What an upper lib holds of accounts, for their lines in an export. */
export interface AccountHolding {
  /** Of the line. */
  readonly member: string;
  /** Of those accounts that have any, in one statement. */
  find(ids: readonly UserId[]): Promise<ReadonlyMap<UserId, readonly object[]>>;
}

/** What upper libs hold of accounts. Each registers itself. */
@Injectable()
export class AccountHoldings {
  private readonly registered: AccountHolding[] = [];

  register(holding: AccountHolding): void {
    this.registered.push(holding);
  }

  /** By account: the members that go into its line. */
  async find(ids: readonly UserId[]): Promise<(id: UserId) => Readonly<Record<string, readonly object[]>>> {
    const found: (readonly [string, ReadonlyMap<UserId, readonly object[]>])[] = [];
    for (const { member, find } of this.registered) found.push([member, await find(ids)]);
    return (id) => Object.fromEntries(found.map(([member, held]) => [member, held.get(id) ?? []]));
  }
}
