import { Injectable, Logger } from '@nestjs/common';
import {
  type HealthCheckResult,
  HealthCheckService,
  HealthIndicatorService,
  type HealthIndicatorResult,
} from '@nestjs/terminus';
import { ServiceUnavailableException } from '@nestjs/common';
import { databaseCheckName } from '../database-checks.js';
import { type HealthCheck, HealthChecks } from '../health-checks.js';
import { Draining } from '../lifecycle/draining.js';

const checkMs = 1_000;
/** Probes of several observers cost one ping. */
const cacheMs = 2_000;

/** The answers to "can this process serve", each check at most once in two seconds. */
@Injectable()
export class Probes {
  private readonly logger = new Logger('Health');
  private readonly down = new Set<string>();
  private startedUp = false;

  constructor(
    private readonly checks: HealthChecks,
    private readonly draining: Draining,
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
  ) {}

  async databaseAnswers(): Promise<boolean> {
    const check = this.checks.all().find(({ name }) => name === databaseCheckName);
    return check !== undefined && isUp(await this.indicate(check), databaseCheckName);
  }

  /** Everything critical is there, and this process is not on its way out. */
  async ready(): Promise<HealthCheckResult> {
    const result = await this.judge();
    return this.draining.active ? { ...result, status: 'shutting_down' } : result;
  }

  /** As ready(), until it was so once: then for good. */
  async started(): Promise<HealthCheckResult> {
    if (this.startedUp) return { status: 'ok', details: {} };
    const result = await this.judge();
    this.startedUp = result.status === 'ok' || result.status === 'degraded';
    return result;
  }

  private async judge(): Promise<HealthCheckResult> {
    try {
      return await this.health.check(this.checks.all().map((check) => () => this.indicate(check)));
    } catch (error) {
      if (error instanceof ServiceUnavailableException) return error.getResponse() as HealthCheckResult;
      throw error;
    }
  }

  private async indicate(check: HealthCheck): Promise<HealthIndicatorResult> {
    const session = this.indicators.check(check.name);
    const result: HealthIndicatorResult = await session
      .attempt(() => this.attempt(check))
      .withTimeout(checkMs)
      .cacheFor(cacheMs);
    if (check.critical || isUp(result, check.name)) return result;
    return session.degraded({ message: 'not available' });
  }

  /** Logs each change once, with its reason; callers learn only that it is so. */
  private async attempt(check: HealthCheck): Promise<void> {
    try {
      await check.check();
      if (this.down.delete(check.name)) this.logger.warn(`${check.name} is available again`);
    } catch (error) {
      if (!this.down.has(check.name)) this.logger.warn(`${check.name} is not available: ${reason(error)}`);
      this.down.add(check.name);
      throw new Error('not available');
    }
  }
}

const isUp = (result: HealthIndicatorResult, name: string): boolean => result[name]?.status === 'up';

function reason(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
