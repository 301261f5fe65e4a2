import { Injectable } from '@nestjs/common';
import { AccountErasures } from '@app/authentication';
import { DomainsRepository } from './domains.repository.js';

/** The pages of a deleted account are nobody's: whoever has their domains may prove them. */
@Injectable()
export class DomainErasure {
  constructor(erasures: AccountErasures, domains: DomainsRepository) {
    erasures.register((tx, userId) => domains.removeAll(tx, userId));
  }
}
