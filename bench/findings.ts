import type { AddressTiming } from './address-timing.js';
import type { FactorCosts } from './factors.js';
import type { MixedLoad } from './mixed-load.js';
import type { OpenidCosts } from './openid/operations.js';
import type { Measured, OperationKind } from './operations.js';
import type { Storm } from './storm.js';

export interface Compared {
  readonly floor: Measured;
  readonly gatehouse: Measured;
}

export interface Es256Cost {
  readonly verifyMicroseconds: number;
  readonly signMicroseconds: number;
}

/** Everything that a run found out. */
export interface Findings {
  /** What the machine does with nothing else in the process. */
  readonly raw: { readonly argon2idPerSecond: number; readonly es256: Es256Cost };
  readonly operations: Readonly<Record<OperationKind, Compared>>;
  readonly coldStartMs: { readonly floor: number; readonly gatehouse: number };
  readonly residentMebibytes: { readonly idle: number; readonly peak: number };
  readonly storm: Storm;
  readonly factors: FactorCosts;
  readonly mixed: MixedLoad;
  readonly addressTiming: readonly AddressTiming[];
  readonly openid: OpenidCosts;
}
