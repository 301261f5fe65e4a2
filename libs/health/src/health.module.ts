import { Global, Module } from '@nestjs/common';
import { DatabaseChecks } from './database-checks.js';
import { HealthChecks } from './health-checks.js';
import { Draining } from './lifecycle/draining.js';
import { Metrics } from './metrics.js';

const services = [Draining, HealthChecks, Metrics];

/** What every long-running process has: checks to register with, metrics, and the state of its shutdown. */
@Global()
@Module({ providers: [...services, DatabaseChecks], exports: services })
export class HealthModule {}
