import { Injectable } from '@nestjs/common';

/** Housekeeping that one process does for all: deleting what expired, making partitions, finding lost work. */
export interface Sweep {
  /** Reads `<lib>.<what>`. */
  readonly name: string;
  /** One batch, in its own short transaction. Returns the rows it handled: above zero, it is called again at once. */
  run(): Promise<number>;
}

/** Where libs register their sweeps; the worker's Sweeper runs them. */
@Injectable()
export class Sweeps {
  private readonly registered = new Map<string, Sweep>();

  register(sweep: Sweep): void {
    if (this.registered.has(sweep.name)) throw new Error(`sweep ${sweep.name} is registered twice`);
    this.registered.set(sweep.name, sweep);
  }

  all(): readonly Sweep[] {
    return [...this.registered.values()];
  }
}
