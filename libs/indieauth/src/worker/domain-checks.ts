import { Injectable, Logger } from '@nestjs/common';
import { Audit, type ClientInfo } from '@app/audit';
import { Transactions, type Tx } from '@app/database';
import { Mail } from '@app/email';
import { AppError } from '@app/errors';
import { Outbox } from '@app/outbox';
import { UsersRepository } from '@app/users';
import { DomainEvidence } from '../domains/domain-evidence.js';
import { checkInterval, mailKinds } from '../domains/domain-rules.js';
import { DomainsRepository, type StandingDomain } from '../domains/domains.repository.js';
import type { LapseReason } from '../persistence/indieauth-domain.entity.js';

const worker: ClientInfo = { address: null, userAgent: null, requestId: null };

/** What a look at a domain came to. */
type Finding = 'stands' | 'not_to_be_seen' | LapseReason;

/**
 * Looks whether what proved a domain still stands. What is plainly gone ends it; where nothing answers it is tried
 * again within the hour, for two weeks. A lapse is told to the owner and stops new sign-ins with the page.
 */
@Injectable()
export class DomainChecks {
  private readonly log = new Logger(DomainChecks.name);

  constructor(
    private readonly domains: DomainsRepository,
    private readonly evidence: DomainEvidence,
    private readonly users: UsersRepository,
    private readonly transactions: Transactions,
    private readonly outbox: Outbox,
    private readonly audit: Audit,
    private readonly mail: Mail,
  ) {}

  /** Asks the world first, with no transaction open, and writes down what came of it with the end of the job. */
  async check(id: string, outboxId: string): Promise<void> {
    const domain = await this.domains.findStanding(id);
    const finding = domain && (await this.look(domain));
    await this.transactions.run(async (tx) => {
      if (domain && finding) await this.keep(tx, domain, finding);
      await this.outbox.close(tx, outboxId);
    });
  }

  private async look(domain: StandingDomain): Promise<Finding> {
    try {
      return (await this.whatIsGone(domain)) ?? 'stands';
    } catch (error) {
      if (!(error instanceof AppError) || error.kind !== 'upstream') throw error;
      this.log.debug(`${domain.domain}: ${error.message}`);
      return domain.unseen ? 'unreachable' : 'not_to_be_seen';
    }
  }

  private async whatIsGone({ domain, txtValue, me, email }: StandingDomain): Promise<LapseReason | undefined> {
    if (!(await this.evidence.hasTxtRecord(domain, txtValue))) return 'txt_record_gone';
    const page = await this.evidence.page(me);
    if (!page.declaresUs) return 'metadata_gone';
    return page.email === email ? undefined : 'email_changed';
  }

  private async keep(tx: Tx, domain: StandingDomain, finding: Finding): Promise<void> {
    if (finding === 'stands') await this.domains.confirm(tx, domain.id, checkInterval);
    else if (finding !== 'not_to_be_seen') await this.lapse(tx, domain, finding);
  }

  private async lapse(tx: Tx, domain: StandingDomain, reason: LapseReason): Promise<void> {
    const lapsed = await this.domains.lapse(tx, domain, reason);
    if (!lapsed) return;
    const { userId, me } = lapsed;
    const data = { me, reason };
    await this.audit.record(tx, { type: 'indieauth.domain_lapsed', userId, client: worker, data });
    const user = await this.users.find(userId, tx);
    if (user?.status !== 'active' || user.email === null) return;
    await this.mail.enqueue(tx, { kind: mailKinds.lapsed, recipient: user.email, reference: userId, data });
  }
}
