import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { ConnectionDrain } from './connection-drain.js';
import { HealthController } from './health.controller.js';
import { Probes } from './probes.js';
import { RequestMetrics } from './request-metrics.js';

/** The probes, the timing of requests, and the end of connections; for every process that listens. Its container must hold HealthModule. */
@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [Probes, RequestMetrics, ConnectionDrain],
})
export class HealthHttpModule {}
