import { Injectable } from '@nestjs/common';
import { Sweeps } from '@app/database';
import { IndieauthClientsRepository } from '../clients/clients.repository.js';
import { retryInterval } from '../domains/domain-rules.js';
import { DomainsRepository } from '../domains/domains.repository.js';

const batch = 500;

/** A sweep only says which domains are due: whoever sweeps holds a lock, under which nothing is fetched. */
@Injectable()
export class IndieauthSweeps {
  constructor(sweeps: Sweeps, domains: DomainsRepository, clients: IndieauthClientsRepository) {
    sweeps.register({ name: 'indieauth.due_domains', run: () => domains.scheduleDue(batch, retryInterval) });
    sweeps.register({ name: 'indieauth.clients', run: () => clients.deleteOld() });
  }
}
