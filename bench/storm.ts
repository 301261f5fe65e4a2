import { request } from 'node:http';
import { runLoad } from './load/job.js';
import type { Target } from './operations.js';
import { percentile } from './percentile.js';
import { checksInStorm, connections, type Plan } from './plan.js';
import { password } from './seed.js';

export interface Storm {
  readonly loginsPerSecond: number;
  readonly checksP50Ms: number;
  readonly checksP99Ms: number;
  /** As the process itself measures it (prom-client, 10 ms resolution). */
  readonly eventLoopDelayP50Ms: number;
  readonly eventLoopDelayP99Ms: number;
}

/** Logins saturate the server while sessions are checked at a modest rate, from a process of their own. */
export async function storm({ server, emails, cookies }: Target, plan: Plan): Promise<Storm> {
  const common = { port: server.port, warmUpMs: plan.warmUpMs, durationMs: plan.stormMs };
  const logins = runLoad(
    { ...common, operation: { kind: 'login', emails, password }, connections: connections.passwords },
    (phase) => {
      // A look at the metrics starts the delay's histogram anew.
      if (phase === 'begin') void metrics(server.managementPort);
    },
  );
  const checks = runLoad({
    ...common,
    operation: { kind: 'check by cookie', cookies },
    connections: connections.sessions,
    rate: checksInStorm,
  });
  const [{ latencies: loginTimes, seconds }, { latencies }] = await Promise.all([logins, checks]);
  const seen = await metrics(server.managementPort);
  return {
    loginsPerSecond: loginTimes.length / seconds,
    checksP50Ms: percentile(latencies, 0.5),
    checksP99Ms: percentile(latencies, 0.99),
    eventLoopDelayP50Ms: 1000 * gauge(seen, 'nodejs_eventloop_lag_p50_seconds'),
    eventLoopDelayP99Ms: 1000 * gauge(seen, 'nodejs_eventloop_lag_p99_seconds'),
  };
}

const gauge = (metricsText: string, name: string): number =>
  Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(metricsText)?.[1]);

function metrics(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path: '/metrics', agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => (text += part));
      answer.once('end', () => resolve(text));
    });
    asked.once('error', reject);
    asked.end();
  });
}
