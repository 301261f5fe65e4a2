import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { Database } from '@app/database';

/** The process's Prometheus registry. Libs add their own metrics to it; names begin with `gatehouse_`. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();
  private readonly requestSeconds: Histogram<'method' | 'route' | 'status'>;

  constructor(database: Database) {
    // Memory, CPU, garbage collection and event-loop delay of this process.
    collectDefaultMetrics({ register: this.registry });
    this.requestSeconds = new Histogram({
      name: 'gatehouse_http_request_duration_seconds',
      help: 'Time from a request to the end of its answer, by the template of its route',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers: [this.registry],
    });
    this.gaugePool(database);
  }

  observeRequest(method: string, route: string, status: number, milliseconds: number): void {
    this.requestSeconds.observe({ method, route, status }, milliseconds / 1000);
  }

  private gaugePool(database: Database): void {
    new Gauge({
      name: 'gatehouse_database_pool_connections',
      help: 'Connections of the pool: in use, idle, and requests that wait for one',
      labelNames: ['state'],
      registers: [this.registry],
      collect() {
        const { totalCount, idleCount, waitingCount } = database.pool;
        this.set({ state: 'busy' }, totalCount - idleCount);
        this.set({ state: 'idle' }, idleCount);
        this.set({ state: 'waiting' }, waitingCount);
      },
    });
  }
}
