import { Injectable } from '@nestjs/common';
import { Sweeps } from '@app/database';
import { ArtifactsRepository } from '../artifacts.repository.js';
import { ClientsRepository } from '../clients.repository.js';
import { GrantsRepository } from '../grants.repository.js';

@Injectable()
export class OauthSweeps {
  constructor(sweeps: Sweeps, artifacts: ArtifactsRepository, grants: GrantsRepository, clients: ClientsRepository) {
    sweeps.register({ name: 'oauth.artifacts', run: () => artifacts.deleteExpired() });
    sweeps.register({ name: 'oauth.grants', run: () => grants.deleteExpired() });
    sweeps.register({ name: 'oauth.client_secrets', run: () => clients.deleteExpiredSecrets() });
  }
}
