import type { OpenidQuestion } from '../load/openid-requests.js';
import { inTurn, type Loaded, type Measured } from '../operations.js';
import { connections, type Plan } from '../plan.js';
import type { ServerProcess } from '../server-process.js';
import { codeVerifier } from './artifacts.js';
import { clientId, clientSecret, redirectUri, resource } from './client.js';
import { type ProviderSeed, seedProviders } from './seed.js';

/** What is measured beside the bare provider. */
export const openidKinds = [
  'code exchange',
  'refresh (OIDC)',
  'introspection',
  'client credentials, JWT',
  'userinfo',
] as const;
export type OpenidKind = (typeof openidKinds)[number];

export interface BesideBare {
  readonly bare: Measured;
  readonly gatehouse: Measured;
}

export type OpenidCosts = Readonly<Record<OpenidKind, BesideBare>>;

/** Codes a second that are prepared for each server; more than one process redeems. */
const codesPerSecond = 3500;

/**
 * Both providers in turn, each operation rehearsed: what has just started spends its time on compiling, which nobody's
 * server does for long. @param url as the owner of the database */
export async function measureOpenid(
  servers: { readonly bare: ServerProcess; readonly gatehouse: ServerProcess },
  url: string,
  plan: Plan,
  say: (what: string) => void,
): Promise<OpenidCosts> {
  const seeds = await seedProviders(url);
  const costs: Partial<Record<OpenidKind, BesideBare>> = {};
  for (const kind of openidKinds) {
    say(kind);
    const loads = [
      await loaded(kind, servers.bare, seeds.bare, plan),
      await loaded(kind, servers.gatehouse, seeds.gatehouse, plan),
    ];
    await inTurn(loads, { ...plan, rounds: 1 }, plan.rehearsalMs, connections.sessions);
    const measured = loads.map(({ server, operation }) => ({ server, operation: (at: number) => operation(at + 1) }));
    const [bare, gatehouse] = await inTurn(measured, plan, plan.checkMs, connections.sessions);
    if (!bare || !gatehouse) throw new Error(`${kind} was not measured`);
    costs[kind] = { bare, gatehouse };
  }
  return costs as OpenidCosts;
}

async function loaded(kind: OpenidKind, server: ServerProcess, seed: ProviderSeed, plan: Plan): Promise<Loaded> {
  const question = await questions(kind, seed, plan);
  const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
  return { server, operation: (round) => ({ ...question(round), authorization }) };
}

async function questions(kind: OpenidKind, seed: ProviderSeed, plan: Plan): Promise<(round: number) => OpenidQuestion> {
  switch (kind) {
    case 'code exchange': {
      const aRound = Math.ceil(((plan.warmUpMs + Math.max(plan.checkMs, plan.rehearsalMs)) / 1000) * codesPerSecond);
      const codes = await seed.add('AuthorizationCode', aRound * (plan.rounds + 1));
      return (round) => ({ kind, codes: share(codes, round, plan), codeVerifier, redirectUri });
    }
    case 'refresh (OIDC)': {
      // Each connection needs one in its hand, and one to come.
      const least = connections.sessions * 2 * (plan.rounds + 1);
      const tokens = await seed.add('RefreshToken', Math.max(plan.sessions, least));
      return (round) => ({ kind, refreshTokens: share(tokens, round, plan) });
    }
    case 'client credentials, JWT':
      return () => ({ kind, resource });
    default: {
      const tokens = await seed.add('AccessToken', plan.sessions);
      return () => ({ kind, tokens });
    }
  }
}

/** What works once is not asked for in two rounds; the rehearsal is one more. */
function share(all: readonly string[], round: number, { rounds }: Plan): string[] {
  const size = Math.floor(all.length / (rounds + 1));
  return all.slice(round * size, (round + 1) * size);
}
