import { Injectable } from '@nestjs/common';
import { AccountHoldings } from '@app/authentication/cli';
import { DomainsRepository } from '../domains/domains.repository.js';

/** The pages that accounts have proved, for an export. */
@Injectable()
export class DomainHoldings {
  constructor(holdings: AccountHoldings, domains: DomainsRepository) {
    holdings.register({ member: 'domains', find: (ids) => domains.proved(ids) });
  }
}
