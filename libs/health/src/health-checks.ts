import { Injectable } from '@nestjs/common';

/** One thing this process needs. */
export interface HealthCheck {
  /** A short noun, shown in /health/ready: `database`, `signing_key`. */
  readonly name: string;
  /** Without it no request can be served: the process is not ready. Others only degrade it, and are shown. */
  readonly critical: boolean;
  /** Rejects where the thing is not to be had. Given a second; the reason goes to the log, never to the caller. */
  check(): Promise<void>;
}

/** Where libs say what they need; the probes ask. */
@Injectable()
export class HealthChecks {
  private readonly registered = new Map<string, HealthCheck>();

  register(check: HealthCheck): void {
    if (this.registered.has(check.name)) throw new Error(`health check ${check.name} is registered twice`);
    this.registered.set(check.name, check);
  }

  all(): readonly HealthCheck[] {
    return [...this.registered.values()];
  }
}
