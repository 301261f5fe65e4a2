import { Injectable, Logger } from '@nestjs/common';
import { Audit, type ClientInfo } from '@app/audit';
import { Sweeps, Transactions } from '@app/database';
import { Mail } from '@app/email';
import { AppError } from '@app/errors';
import { UsersRepository } from '@app/users';
import { IndieauthClientsRepository } from '../clients/clients.repository.js';
import { DomainEvidence } from '../domains/domain-evidence.js';
import { checkInterval, mailKinds, retryInterval } from '../domains/domain-rules.js';
import { DomainsRepository, type DueDomain } from '../domains/domains.repository.js';
import type { LapseReason } from '../persistence/indieauth-domain.entity.js';

const batch = 20;
const worker: ClientInfo = { address: null, userAgent: null, requestId: null };

/**
 * Looks every day whether what proved a domain still stands. What is plainly gone ends it; where nothing answers it is
 * tried again within the hour, for two weeks. A lapse is told to the owner and stops new sign-ins with the page.
 */
@Injectable()
export class DomainChecks {
  private readonly log = new Logger(DomainChecks.name);

  constructor(
    private readonly domains: DomainsRepository,
    private readonly evidence: DomainEvidence,
    private readonly users: UsersRepository,
    private readonly transactions: Transactions,
    private readonly audit: Audit,
    private readonly mail: Mail,
    sweeps: Sweeps,
    clients: IndieauthClientsRepository,
  ) {
    sweeps.register({ name: 'indieauth.domain_checks', run: () => this.run() });
    sweeps.register({ name: 'indieauth.clients', run: () => clients.deleteOld() });
  }

  private async run(): Promise<number> {
    const due = await this.domains.claimDue(batch, retryInterval);
    await Promise.all(due.map((domain) => this.check(domain)));
    return due.length;
  }

  private async check(domain: DueDomain): Promise<void> {
    try {
      const reason = await this.whatIsGone(domain);
      if (reason === undefined) await this.domains.confirm(domain.id, checkInterval);
      else await this.lapse(domain, reason);
    } catch (error) {
      if (!(error instanceof AppError) || error.kind !== 'upstream') throw error;
      this.log.debug(`${domain.domain}: ${error.message}`);
      if (domain.unseen) await this.lapse(domain, 'unreachable');
    }
  }

  private async whatIsGone({ domain, txtValue, me, email }: DueDomain): Promise<LapseReason | undefined> {
    if (!(await this.evidence.hasTxtRecord(domain, txtValue))) return 'txt_record_gone';
    const page = await this.evidence.page(me);
    if (!page.declaresUs) return 'metadata_gone';
    return page.email === email ? undefined : 'email_changed';
  }

  private async lapse(domain: DueDomain, reason: LapseReason): Promise<void> {
    await this.transactions.run(async (tx) => {
      const lapsed = await this.domains.lapse(tx, domain, reason);
      if (!lapsed) return;
      const { userId, me } = lapsed;
      await this.audit.record(tx, { type: 'indieauth.domain_lapsed', userId, client: worker, data: { me, reason } });
      const user = await this.users.find(userId, tx);
      if (user?.status !== 'active' || user.email === null) return;
      await this.mail.enqueue(tx, {
        kind: mailKinds.lapsed,
        recipient: user.email,
        reference: userId,
        data: { me, reason },
      });
    });
  }
}
