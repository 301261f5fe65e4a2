import { Injectable } from '@nestjs/common';
import type { InteractionResults } from 'oidc-provider';
import { Audit, type ClientInfo } from '@app/audit';
import { SignInFlows } from '@app/authentication';
import { Transactions } from '@app/database';
import type { Principal } from '@app/http';
import {
  addTo,
  ArtifactsRepository,
  ConsentsRepository,
  type Interaction,
  Interactions,
  type InteractionStep,
  missingOf,
} from '@app/oauth';
import { formatUserId, type UserId } from '@app/users';
import { shownScopes } from './asked-scope.js';
import { clientUrl } from './clients/client-id.js';
import { DomainsRepository } from './domains/domains.repository.js';
import { IndieauthGrantsRepository } from './grants.repository.js';
import { IndieauthProvider } from './indieauth-provider.js';
import { meNotYours } from './indieauth.errors.js';

/** What the IndieAuth provider needs of the person at the browser: a sign-in, leave for the client, and who they are. */
@Injectable()
export class IndieauthInteractions {
  private readonly interactions: Interactions;

  constructor(
    private readonly provider: IndieauthProvider,
    private readonly domains: DomainsRepository,
    private readonly mes: IndieauthGrantsRepository,
    private readonly transactions: Transactions,
    private readonly audit: Audit,
    flows: SignInFlows,
    artifacts: ArtifactsRepository,
    consents: ConsentsRepository,
  ) {
    this.interactions = new Interactions(provider, flows, artifacts, consents);
  }

  /** @throws AppError expired `oauth.interaction_missing` */
  proceed(uid: string, held: string | undefined, principal: Principal | null): Promise<InteractionStep> {
    return this.interactions.proceed(uid, held, principal);
  }

  /** The pages that somebody can sign in with. */
  pagesOf({ userId }: Principal): Promise<string[]> {
    return this.domains.verified(userId as UserId);
  }

  /**
   * Lets the client know that the user is `me`, and do what it asked for.
   * @throws AppError expired `oauth.interaction_missing`; forbidden `indieauth.me_not_yours`
   */
  allow(
    uid: string,
    held: string | undefined,
    principal: Principal | null,
    me: string,
    client: ClientInfo,
  ): Promise<InteractionStep> {
    return this.interactions.answer(uid, held, principal, (interaction, asked) =>
      this.grant(interaction, asked, me, client),
    );
  }

  /** Sends the client away. @throws AppError expired `oauth.interaction_missing` */
  deny(uid: string, held: string | undefined): Promise<InteractionStep> {
    return this.interactions.deny(uid, held);
  }

  private async grant(
    interaction: Interaction,
    principal: Principal,
    me: string,
    client: ClientInfo,
  ): Promise<InteractionResults> {
    const userId = principal.userId as UserId;
    if (!(await this.domains.verified(userId)).includes(me)) throw meNotYours();
    const asked = missingOf(interaction.prompt);
    const clientId = clientUrl(String(interaction.params['client_id']))?.href ?? '';
    const { Grant } = this.provider.current();
    const grant = new Grant({ accountId: formatUserId(userId), clientId });
    addTo(grant, asked);
    const grantId = await grant.save();
    const data = { clientId, me, scopes: shownScopes(asked.scopes.join(' ')) };
    const { sessionId } = principal;
    await this.transactions.run(async (tx) => {
      await this.mes.save(tx, grantId, me);
      await this.audit.record(tx, { type: 'indieauth.consented', userId, actorId: userId, sessionId, client, data });
    });
    return { consent: { grantId } };
  }
}
