import { Inject, Injectable } from '@nestjs/common';
import type { Client, InteractionResults, Provider } from 'oidc-provider';
import type { ClientInfo } from '@app/audit';
import { reaches, SignInFlows } from '@app/authentication';
import type { Principal } from '@app/http';
import { formTarget } from '@app/pages';
import { formatUserId, type UserId } from '@app/users';
import { artifactHash, browserSessionHash } from './artifact-hashes.js';
import { ArtifactsRepository } from './artifacts.repository.js';
import { ConsentsRepository } from './consents.repository.js';
import { addTo } from './grant-loader.js';
import { interactionMissing } from './oauth.errors.js';
import { OpenidProvider } from './openid-provider.js';
import type { Granted } from './persistence/oauth-consent.entity.js';
import type { Issuer } from './persistence/oauth-grant.entity.js';
import { missingOf, nothingGranted, union } from './requested.js';
import { type WantedSignIn, wantedSignIn } from './wanted-sign-in.js';

export type Interaction = InstanceType<Provider['Interaction']>;

/** The provider whose interactions these are. */
export interface InteractionProvider {
  readonly issuer: Issuer;
  current(): Provider;
  /** Where a browser is sent with one. */
  interactionPath(uid: string): string;
}

/** The question of a consent page. */
export interface ConsentQuestion {
  /** Of the authorization request. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly client: Client;
  readonly asked: Granted;
}

/** Where an interaction leads: on, by a 303; into a sign-in, by the secret of its flow; or to a question. */
export type InteractionStep =
  | { readonly kind: 'go_on'; readonly to: string }
  | { readonly kind: 'sign_in'; readonly flow: string }
  | { readonly kind: 'consent'; readonly question: ConsentQuestion };

/** What the provider needs of the person at the browser: a sign-in, and leave for the client. */
@Injectable()
export class Interactions {
  constructor(
    @Inject(OpenidProvider) private readonly provider: InteractionProvider,
    private readonly flows: SignInFlows,
    private readonly artifacts: ArtifactsRepository,
    private readonly consents: ConsentsRepository,
  ) {}

  /**
   * @param held the interaction that the browser's cookie names
   * @throws AppError expired `oauth.interaction_missing`
   */
  async proceed(uid: string, held: string | undefined, principal: Principal | null): Promise<InteractionStep> {
    const interaction = await this.find(uid, held);
    if (interaction.prompt.name === 'login') return this.proceedToSignIn(interaction, principal);
    if (!this.isPrincipalOf(interaction, principal)) return this.signIn(interaction, anySignIn);
    return { kind: 'consent', question: await this.questionOf(interaction) };
  }

  /** Allows the client what it asks for. @throws AppError expired `oauth.interaction_missing` */
  async allow(
    uid: string,
    held: string | undefined,
    principal: Principal | null,
    client: ClientInfo,
  ): Promise<InteractionStep> {
    return this.answer(uid, held, principal, (interaction, asked) => this.consent(interaction, asked, client));
  }

  /**
   * Gives the provider the answer of who was asked, or signs somebody in first.
   * @throws AppError expired `oauth.interaction_missing`
   */
  async answer(
    uid: string,
    held: string | undefined,
    principal: Principal | null,
    decide: (interaction: Interaction, principal: Principal) => Promise<InteractionResults>,
  ): Promise<InteractionStep> {
    const interaction = await this.find(uid, held);
    if (!principal || !this.isPrincipalOf(interaction, principal)) return this.signIn(interaction, anySignIn);
    const result = await decide(interaction, principal);
    const grantId = result.consent?.grantId;
    if (grantId !== undefined) {
      const client = await this.provider.current().Client.find(String(interaction.params['client_id']));
      const hash = artifactHash(this.provider.issuer, 'Grant', grantId);
      await this.artifacts.noteGiven(hash, principal.sessionId, client?.clientName);
    }
    return this.finish(interaction, result);
  }

  private async consent(
    interaction: Interaction,
    principal: Principal,
    client: ClientInfo,
  ): Promise<InteractionResults> {
    const userId = principal.userId as UserId;
    const clientId = String(interaction.params['client_id']);
    const missing = missingOf(interaction.prompt);
    const before = (await this.consents.find(userId, clientId)) ?? nothingGranted;
    const granted = union(before, missing);
    const data = { clientId, scopes: [...granted.scopes, ...Object.values(granted.resources).flat()] };
    const { sessionId } = principal;
    await this.consents.save(userId, clientId, granted, { type: 'oauth.consented', userId, sessionId, client, data });
    const grantId = await this.grant(interaction, userId, clientId, missing);
    return { consent: { grantId } };
  }

  /** Sends the client away. @throws AppError expired `oauth.interaction_missing` */
  async deny(uid: string, held: string | undefined): Promise<InteractionStep> {
    const interaction = await this.find(uid, held);
    return this.finish(interaction, {
      error: 'access_denied',
      error_description: 'The user did not allow it.',
    });
  }

  private async proceedToSignIn(interaction: Interaction, principal: Principal | null): Promise<InteractionStep> {
    const wanted = wantedSignIn(interaction.prompt.reasons, interaction.params);
    // Levels that nobody here can reach: asking for a sign-in would go round in circles.
    if (wanted.acrEssential && wanted.acr === null) return this.unmet(interaction);
    if (!principal) return this.signIn(interaction, wanted);
    const isNew = await this.artifacts.isOlderThanSession(
      artifactHash(this.provider.issuer, 'Interaction', interaction.uid),
      principal.sessionId,
    );
    const reached = reaches(principal.acr, wanted.acr);
    if (isNew) return reached || !wanted.acrEssential ? this.signedIn(interaction, principal) : this.unmet(interaction);
    if (wanted.anew || !reached || !(await this.isRecent(wanted, principal))) return this.signIn(interaction, wanted);
    return this.signedIn(interaction, principal);
  }

  private async isRecent({ maxAge }: WantedSignIn, { sessionId }: Principal): Promise<boolean> {
    return maxAge === null || ((await this.flows.judge({ maxAge }, sessionId))?.recent ?? false);
  }

  private async signIn(interaction: Interaction, wanted: WantedSignIn): Promise<InteractionStep> {
    const { redirect_uri: redirectUri } = interaction.params;
    const flow = await this.flows.begin({
      begunBy: this.provider.issuer,
      returnTo: this.provider.interactionPath(interaction.uid),
      acrWanted: wanted.acr,
      maxAge: wanted.anew ? 0 : wanted.maxAge,
      loginHint: wanted.loginHint,
      leadsTo: typeof redirectUri === 'string' ? (formTarget(redirectUri) ?? null) : null,
    });
    return { kind: 'sign_in', flow };
  }

  private async signedIn(interaction: Interaction, principal: Principal): Promise<InteractionStep> {
    const accountId = formatUserId(principal.userId);
    const before = interaction.session;
    if (before?.accountId === accountId) {
      // A sign-in ends the session before it: the provider's goes on in the new one.
      const hash = browserSessionHash(this.provider.issuer, before.uid);
      await this.artifacts.moveBrowserSession(hash, principal.sessionId, principal.userId as UserId);
    } else delete interaction.session;
    const { acr, amr, authTime } = principal;
    const ts = Math.floor(authTime.getTime() / 1000);
    return this.finish(interaction, { login: { accountId, acr, amr, ts, remember: true } });
  }

  /** OpenID Connect Core Unmet Authentication Requirements 1.0. */
  private async unmet(interaction: Interaction): Promise<InteractionStep> {
    return this.finish(interaction, {
      error: 'unmet_authentication_requirements',
      error_description: 'The account cannot sign in at the level that is asked for.',
    });
  }

  private async questionOf(interaction: Interaction): Promise<ConsentQuestion> {
    const client = await this.provider.current().Client.find(String(interaction.params['client_id']));
    if (!client) throw interactionMissing();
    return { params: interaction.params, client, asked: missingOf(interaction.prompt) };
  }

  private async grant(interaction: Interaction, userId: UserId, clientId: string, missing: Granted): Promise<string> {
    const { Grant } = this.provider.current();
    const known = interaction.grantId === undefined ? undefined : await Grant.find(interaction.grantId);
    const grant = known ?? new Grant({ accountId: formatUserId(userId), clientId });
    addTo(grant, missing);
    return grant.save();
  }

  private async find(uid: string, held: string | undefined): Promise<Interaction> {
    const interaction = uid === held ? await this.provider.current().Interaction.find(uid) : undefined;
    if (!interaction) throw interactionMissing();
    return interaction;
  }

  /** Consent is asked of who signed in for it, and of nobody else who may sit there by now. */
  private isPrincipalOf({ session }: Interaction, principal: Principal | null): boolean {
    return principal !== null && session?.accountId === formatUserId(principal.userId);
  }

  private async finish(interaction: Interaction, result: InteractionResults): Promise<InteractionStep> {
    interaction.result = 'error' in result ? result : { ...interaction.lastSubmission, ...result };
    await interaction.persist();
    return { kind: 'go_on', to: interaction.returnTo };
  }
}

const anySignIn: WantedSignIn = { anew: false, maxAge: null, acr: null, acrEssential: false, loginHint: null };
