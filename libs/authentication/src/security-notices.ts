import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Audit, type ClientInfo, type JsonValue } from '@app/audit';
import type { Tx } from '@app/database';
import { Mail } from '@app/email';
import { type UserId, UsernameChanges, UsersRepository } from '@app/users';
import { mailKinds } from './mail-kinds.js';
import type { SecurityAlertCause } from './mails/security-alert.js';

/** What the audit log says besides. */
export interface NoticeDetails {
  /** Where it is not the owner. */
  readonly actorId?: UserId | null;
  readonly sessionId?: string | null;
  /** Facts for log and mail; nothing secret. */
  readonly data?: Readonly<Record<string, string | number | boolean | null>>;
}

/** Records a change of an account's credentials and tells its owner (ASVS 6.3.7), in the transaction of the change. */
@Injectable()
export class SecurityNotices implements OnModuleInit {
  constructor(
    private readonly users: UsersRepository,
    private readonly usernames: UsernameChanges,
    private readonly mail: Mail,
    private readonly audit: Audit,
  ) {}

  onModuleInit(): void {
    this.usernames.register((tx, userId, client) => this.tell(tx, userId, 'username_changed', client));
  }

  /** @param what names the mail's wording, and the event as `authentication.<what>` */
  async tell(
    tx: Tx,
    userId: UserId,
    what: SecurityAlertCause,
    client: ClientInfo,
    { actorId = userId, sessionId = null, data = {} }: NoticeDetails = {},
  ): Promise<void> {
    const recorded: Readonly<Record<string, JsonValue>> = data;
    await this.audit.record(tx, { type: `authentication.${what}`, userId, actorId, sessionId, client, data: recorded });
    const user = await this.users.find(userId, tx);
    if (!user?.email) return;
    const { address, userAgent } = client;
    await this.mail.enqueue(tx, {
      kind: mailKinds.securityAlert,
      recipient: user.email,
      reference: userId,
      data: { ...data, what, address, userAgent },
    });
  }
}
