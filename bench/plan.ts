/** How long and how often things are measured. */
export interface Plan {
  readonly users: number;
  /** Sessions of each kind and each server; more than the access tokens that Gatehouse remembers. */
  readonly sessions: number;
  /** Each operation is measured in so many rounds, the floor and Gatehouse in turn: short ones, many. */
  readonly rounds: number;
  readonly warmUpMs: number;
  readonly checkMs: number;
  /** Of the operations of the OpenID Provider, before they are measured. */
  readonly rehearsalMs: number;
  readonly loginMs: number;
  readonly rawMs: number;
  readonly stormMs: number;
  readonly mixedMs: number;
  /** How long each kind of second factor is verified, open loop. */
  readonly factorMs: number;
  readonly coldStarts: number;
  readonly idleMs: number;
  /** Of known and of unknown addresses each. */
  readonly timingSamples: number;
}

export const fullPlan: Plan = {
  users: 500,
  sessions: 6000,
  rounds: 6,
  warmUpMs: 500,
  checkMs: 1500,
  rehearsalMs: 2000,
  loginMs: 2000,
  rawMs: 1000,
  stormMs: 10_000,
  mixedMs: 20_000,
  factorMs: 5000,
  coldStarts: 5,
  idleMs: 3000,
  timingSamples: 200,
};

/** Everything once, in seconds: its figures mean nothing. */
export const quickPlan: Plan = {
  users: 20,
  sessions: 50,
  rounds: 1,
  warmUpMs: 100,
  checkMs: 300,
  rehearsalMs: 100,
  loginMs: 400,
  rawMs: 200,
  stormMs: 600,
  mixedMs: 1000,
  factorMs: 400,
  coldStarts: 1,
  idleMs: 100,
  timingSamples: 10,
};

/** As performance.md sets them. */
export const connections = { sessions: 32, passwords: 16 } as const;
export const argon2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1, algorithm: 2 } as const;
export const hashThreads = 2;
/** Access tokens in use at once where each is sent many times. */
export const tokensInUse = 500;
/** Requests a second of the mixed load, and verifications a second of each second factor. */
export const mixedRate = 300;
export const factorRate = 200;
/** Session checks a second beside a storm of logins. */
export const checksInStorm = 200;
