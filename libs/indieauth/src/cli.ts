import { Module } from '@nestjs/common';
import { AuthenticationCliModule } from '@app/authentication/cli';
import { DomainHoldings } from './cli/domain-holdings.js';
import { DomainsRepository } from './domains/domains.repository.js';

/** What the command `gatehouse` does with accounts, their pages among what it exports. */
@Module({ imports: [AuthenticationCliModule], providers: [DomainsRepository, DomainHoldings] })
export class IndieauthCliModule {}
