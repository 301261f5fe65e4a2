import type { AddressTiming } from './address-timing.js';
import type { Measured, OperationKind } from './operations.js';
import type { Storm } from './storm.js';

export interface Compared {
  readonly floor: Measured;
  readonly gatehouse: Measured;
}

/** Everything that a run found out. */
export interface Findings {
  readonly rawPerSecond: number;
  readonly operations: Readonly<Record<OperationKind, Compared>>;
  readonly coldStartMs: { readonly floor: number; readonly gatehouse: number };
  readonly residentMebibytes: { readonly idle: number; readonly peak: number };
  readonly storm: Storm;
  readonly addressTiming: readonly AddressTiming[];
}
