import { cpus } from 'node:os';
import { leakBelow } from './address-timing.js';
import type { Findings } from './findings.js';
import { type Goal, goals, openidGoals, verdict } from './goals.js';
import { type OpenidCosts, openidKinds } from './openid/operations.js';
import { type Measured, operationKinds } from './operations.js';
import { argon2, connections, hashThreads } from './plan.js';
import { carriedOver, type Cost, recorded } from './recorded.js';

/** The report of a run, as Markdown: it goes into docs/performance.md as it is. */
export function report(findings: Findings, database: string): string {
  return [
    `${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, Node ${process.versions.node}, ${database}`,
    `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}; ${connections.sessions} connections ` +
      `(${connections.passwords} for logins); argon2id m=${argon2.memoryCost},t=${argon2.timeCost},p=${argon2.parallelism}`,
    '',
    ...operations(findings),
    '',
    ...openidTable(findings.openid),
    '',
    ...otherFigures(findings),
    '',
    ...mixedFigures(findings),
    '',
    ...goalTable(goals(findings)),
    '',
    '`*` recorded once beside the same floor, not measured here: their ratio to the floor then, times the floor now.',
    '',
    ...timing(findings),
  ].join('\n');
}

/** What `--openid` measures, in the same form. */
export function openidReport(openid: OpenidCosts): string {
  return [...openidTable(openid), '', ...goalTable(openidGoals(openid))].join('\n');
}

const costColumns = ['per second', 'p50 ms', 'p99 ms', 'CPU µs', 'by CPU'];

/** The figures of an operation, and of what it was measured beside. */
function pair(kind: string, gatehouse: Measured, [name, other]: [string, Measured]): string[][] {
  const figures = (m: Measured): string[] => [
    whole(m.perSecond),
    m.p50Ms.toFixed(2),
    m.p99Ms.toFixed(2),
    whole(m.cpuMicroseconds),
  ];
  const ratio = (other.cpuMicroseconds / gatehouse.cpuMicroseconds).toFixed(2);
  return [
    [kind, 'Gatehouse', ...figures(gatehouse), `${ratio} of ${name === 'floor' ? 'the floor' : name}`],
    ['', name, ...figures(other), ''],
  ];
}

function openidTable(openid: OpenidCosts): string[] {
  const rows = openidKinds.flatMap((kind) => pair(kind, openid[kind].gatehouse, ['oidc-provider', openid[kind].bare]));
  return table(['OpenID Provider', 'by', ...costColumns], rows);
}

function operations({ operations: measured, raw, factors }: Findings): string[] {
  const rows = operationKinds.flatMap((kind) => pair(kind, measured[kind].gatehouse, ['floor', measured[kind].floor]));
  const secondFactors = [
    ['TOTP verification', factors.totp] as const,
    ['passkey verification', factors.passkey] as const,
  ].map(([kind, m]) => [
    kind,
    'Gatehouse',
    `${whole(m.perSecond)} asked for`,
    m.p50Ms.toFixed(2),
    m.p99Ms.toFixed(2),
    whole(m.cpuMicroseconds),
    '',
  ]);
  const others = otherSoftware(measured).map(([name, kind, cost]) => [
    kind,
    `${name} *`,
    whole(cost.perSecond),
    '',
    '',
    whole(cost.cpuMicroseconds),
    '',
  ]);
  const machine = [
    ['argon2id alone', `${hashThreads} threads`, whole(raw.argon2idPerSecond), '', '', '', ''],
    ['ES256 alone', 'verify', '', '', '', whole(raw.es256.verifyMicroseconds), ''],
    ['', 'sign', '', '', '', whole(raw.es256.signMicroseconds), ''],
  ];
  return table(['operation', 'by', ...costColumns], [...rows, ...secondFactors, ...machine, ...others]);
}

function otherSoftware(measured: Findings['operations']): [string, string, Cost][] {
  const { floor, betterAuth, oidcProvider } = recorded;
  const check = measured['check by cookie'].floor;
  return [
    ['better-auth', 'login', carriedOver(betterAuth.login, floor.login, measured.login.floor)],
    ['better-auth', 'session check', carriedOver(betterAuth.check, floor.check, check)],
    [
      'oidc-provider, Postgres',
      'refresh',
      carriedOver(oidcProvider.postgres.refresh, floor.refresh, measured.refresh.floor),
    ],
    [
      'oidc-provider, memory',
      'refresh',
      carriedOver(oidcProvider.memory.refresh, floor.refresh, measured.refresh.floor),
    ],
  ];
}

function otherFigures({ storm, coldStartMs, residentMebibytes }: Findings): string[] {
  return table(
    ['', 'Gatehouse', 'floor'],
    [
      ['cold start, ms', whole(coldStartMs.gatehouse), whole(coldStartMs.floor)],
      [
        'resident idle / peak under logins, MiB',
        `${whole(residentMebibytes.idle)} / ${whole(residentMebibytes.peak)}`,
        '',
      ],
      ['in a login storm: logins per second', whole(storm.loginsPerSecond), ''],
      [
        'in a login storm: session checks p50 / p99, ms',
        `${storm.checksP50Ms.toFixed(1)} / ${storm.checksP99Ms.toFixed(1)}`,
        '',
      ],
      [
        'in a login storm: event-loop delay p50 / p99, ms',
        `${storm.eventLoopDelayP50Ms.toFixed(1)} / ${storm.eventLoopDelayP99Ms.toFixed(1)}`,
        '',
      ],
    ],
  );
}

function mixedFigures({ mixed }: Findings): string[] {
  const title = `open loop, ${whole(mixed.perSecond)} requests/s`;
  return table(
    [title, 'answered', 'p50 ms', 'p95 ms'],
    mixed.latencies.map(({ label, count, p50Ms, p95Ms }) => [label, whole(count), p50Ms.toFixed(1), p95Ms.toFixed(1)]),
  );
}

function goalTable(all: readonly Goal[]): string[] {
  const figure = (value: number | undefined, { unit }: Goal): string =>
    value === undefined
      ? ''
      : unit === '×'
        ? `${value.toFixed(2)} ×`
        : `${value.toFixed(unit === 'ms' && value < 100 ? 1 : 0)} ${unit}`;
  return table(
    ['goal', 'found', 'must', 'aim', ''],
    all.map((goal) => [
      goal.name,
      figure(goal.found, goal),
      `${goal.better === 'higher' ? '≥' : '≤'} ${figure(goal.must, goal)}`,
      figure(goal.aim, goal),
      verdict(goal),
    ]),
  );
}

function timing({ addressTiming }: Findings): string[] {
  return table(
    ['known and unknown addresses', 'known, median ms', 'unknown, median ms', 'p', ''],
    addressTiming.map(({ route, knownMs, unknownMs, p }) => [
      route,
      knownMs.toFixed(3),
      unknownMs.toFixed(3),
      p.toFixed(4),
      p < leakBelow ? 'LEAK' : 'cannot be told apart',
    ]),
  );
}

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, column) =>
    Math.max(...[head, ...rows].map((row) => [...(row[column] ?? title)].length)),
  );
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
}
