import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { HealthController } from './health.controller.js';
import { Probes } from './probes.js';
import { RequestMetrics } from './request-metrics.js';

/** The probes and the timing of requests; for every process that listens. Its container must hold HealthModule. */
@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [Probes, RequestMetrics],
})
export class HealthHttpModule {}
