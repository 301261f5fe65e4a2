import { Injectable } from '@nestjs/common';
import { Audit, type ClientInfo } from '@app/audit';
import { Transactions, type Tx } from '@app/database';
import type { User } from './persistence/user.entity.js';
import type { Profile } from './profile.js';
import type { UserId } from './user-id.js';
import { UsernameChanges } from './username-changes.js';
import { userNotFound, usernameTaken } from './users.errors.js';
import { UsersRepository } from './users.repository.js';

export interface ProfileChange extends Profile {
  readonly username?: string | null | undefined;
}

/** What people read and change of their own account. */
@Injectable()
export class ProfileService {
  constructor(
    private readonly users: UsersRepository,
    private readonly usernames: UsernameChanges,
    private readonly audit: Audit,
    private readonly transactions: Transactions,
  ) {}

  /** @throws AppError not_found `users.not_found` */
  async read(userId: UserId): Promise<{ user: User; groups: string[] }> {
    const [user, groups] = await Promise.all([this.users.find(userId), this.users.groupsOf(userId)]);
    if (!user) throw userNotFound();
    return { user, groups };
  }

  /**
   * Changes the given members and leaves the others as they are.
   * @throws AppError conflict `users.username_taken`
   */
  async update(userId: UserId, change: ProfileChange, client: ClientInfo): Promise<void> {
    const { username, ...profile } = change;
    const members = Object.keys(change);
    if (members.length === 0) return;
    await this.transactions.run(async (tx) => {
      if (username !== undefined) await this.rename(tx, userId, username, client);
      if (Object.keys(profile).length > 0) await this.users.updateProfile(tx, userId, profile);
      await this.audit.record(tx, {
        type: 'users.profile_changed',
        userId,
        actorId: userId,
        client,
        data: { members },
      });
    });
  }
  private async rename(tx: Tx, userId: UserId, username: string | null, client: ClientInfo): Promise<void> {
    const before = await this.users.find(userId, tx);
    if (!(await this.users.updateUsername(tx, userId, username))) throw usernameTaken();
    if (before?.username !== username) await this.usernames.tell(tx, userId, client);
  }
}
