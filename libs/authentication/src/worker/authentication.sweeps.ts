import { Injectable } from '@nestjs/common';
import { Sweeps } from '@app/database';
import { ChallengesRepository } from '../challenges.repository.js';
import { HostedFlows } from '../hosted-flows.js';
import { PendingRegistrationsRepository } from '../pending-registrations.repository.js';

@Injectable()
export class AuthenticationSweeps {
  constructor(
    sweeps: Sweeps,
    pending: PendingRegistrationsRepository,
    flows: HostedFlows,
    challenges: ChallengesRepository,
  ) {
    sweeps.register({ name: 'authentication.pending_registrations', run: () => pending.deleteOld() });
    sweeps.register({ name: 'authentication.hosted_flows', run: () => flows.deleteOld() });
    sweeps.register({ name: 'authentication.challenges', run: () => challenges.deleteOld() });
  }
}
