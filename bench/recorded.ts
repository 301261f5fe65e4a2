/**
 * Figures of other software, measured once on a machine like ours beside the same floor (docs/performance.md). They
 * are not measured again: as ratios to the floor they carry over to the machine and the moment of this run.
 */
export const recorded = {
  floor: {
    login: { perSecond: 157, cpuMicroseconds: 11_800 },
    check: { perSecond: 10_350, cpuMicroseconds: 80 },
    refresh: { perSecond: 4330, cpuMicroseconds: 202 },
  },
  /** With argon2id of the same parameters; its own default is scrypt. */
  betterAuth: {
    login: { perSecond: 115, cpuMicroseconds: 15_300 },
    check: { perSecond: 1035, cpuMicroseconds: 1070 },
  },
  oidcProvider: {
    postgres: { refresh: { perSecond: 1170, cpuMicroseconds: 803 } },
    memory: { refresh: { perSecond: 3125, cpuMicroseconds: 377 } },
  },
  /** What its adapter in PostgreSQL cost then, times what its adapter in memory did; of the JWT, times a floor's. */
  openid: {
    'code exchange': 920 / 443,
    'refresh (OIDC)': 803 / 377,
    introspection: 387 / 197,
    userinfo: 346 / 175,
    'client credentials, JWT': 260 / 110,
  },
} as const;

export interface Cost {
  readonly perSecond: number;
  readonly cpuMicroseconds: number;
}

/** What the other software would show in this run, given what the floor shows. */
export function carriedOver(other: Cost, floorThen: Cost, floorNow: Cost): Cost {
  return {
    perSecond: (other.perSecond / floorThen.perSecond) * floorNow.perSecond,
    cpuMicroseconds: (other.cpuMicroseconds / floorThen.cpuMicroseconds) * floorNow.cpuMicroseconds,
  };
}
