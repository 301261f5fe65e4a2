import { Injectable } from '@nestjs/common';
import { Sweeps } from '@app/database';
import { ChallengesRepository } from '../challenges.repository.js';
import { FactorResetsRepository } from '../factor-resets.repository.js';
import { HostedFlows } from '../hosted-flows.js';
import { InvitesRepository } from '../invites.repository.js';
import { MagicLinksRepository } from '../magic-links.repository.js';
import { PendingRegistrationsRepository } from '../pending-registrations.repository.js';

@Injectable()
export class AuthenticationSweeps {
  constructor(
    sweeps: Sweeps,
    pending: PendingRegistrationsRepository,
    flows: HostedFlows,
    challenges: ChallengesRepository,
    factorResets: FactorResetsRepository,
    magicLinks: MagicLinksRepository,
    invites: InvitesRepository,
  ) {
    sweeps.register({ name: 'authentication.pending_registrations', run: () => pending.deleteOld() });
    sweeps.register({ name: 'authentication.hosted_flows', run: () => flows.deleteOld() });
    sweeps.register({ name: 'authentication.magic_links', run: () => magicLinks.deleteOld() });
    sweeps.register({ name: 'authentication.invites', run: () => invites.deleteOld() });
    sweeps.register({ name: 'authentication.factor_resets', run: () => factorResets.deleteOld() });
    sweeps.register({ name: 'authentication.challenges', run: () => challenges.deleteOld() });
  }
}
