import { Module } from '@nestjs/common';
import { EmailModule } from '@app/email';
import { OauthModule } from '@app/oauth';
import { OutboundModule } from '@app/outbound';
import { ClientDiscovery } from './clients/client-discovery.service.js';
import { IndieauthClientsRepository } from './clients/clients.repository.js';
import { DomainEvidence } from './domains/domain-evidence.js';
import { DomainsRepository } from './domains/domains.repository.js';
import { IndieauthGrantsRepository } from './grants.repository.js';
import { IndieauthAccounts } from './indieauth-accounts.js';

@Module({
  imports: [OauthModule, OutboundModule, EmailModule],
  providers: [
    IndieauthClientsRepository,
    ClientDiscovery,
    DomainsRepository,
    DomainEvidence,
    IndieauthGrantsRepository,
    IndieauthAccounts,
  ],
  exports: [
    OauthModule,
    OutboundModule,
    EmailModule,
    IndieauthClientsRepository,
    ClientDiscovery,
    DomainsRepository,
    DomainEvidence,
    IndieauthGrantsRepository,
    IndieauthAccounts,
  ],
})
export class IndieauthModule {}
