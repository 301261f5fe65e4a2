import { Injectable } from '@nestjs/common';
import { LimitsConfig } from '@app/config';
import { KeyedHash } from '@app/crypto';
import { Database, type Sql, type Statement } from '@app/database';
import { AppError } from '@app/errors';
import { type LimitName, type LimitRule, type LimitRules, limitRules } from './limit-rules.js';

/** One thing to count: under which rule, and by what (see `subject`). */
export interface LimitHit {
  readonly rule: LimitName;
  readonly key: string;
}

/** The limit that is nearest to its end, or furthest past it. */
export interface LimitState {
  readonly rule: LimitName;
  readonly limit: number;
  readonly windowSeconds: number;
  readonly remaining: number;
  /** Whole seconds until the window ends. */
  readonly resetSeconds: number;
  readonly exceeded: boolean;
}

/** `limits.throttled`, with the limit that was passed. */
export class Throttled extends AppError {
  constructor(readonly state: LimitState) {
    super('throttled', 'limits.throttled', 'Too many attempts. Try again later.', { retryAfter: state.resetSeconds });
  }
}

/*
 * Rows are locked in the order of their keys, so that two statements with the same keys cannot wait for each other.
 * A hit past the limit counts too, and does not move the window.
 */
const count = {
  name: 'limits.count',
  text: `
    INSERT INTO limit_windows AS w (key, hits, resets_at)
    SELECT hit.key, 1, app_now() + make_interval(secs => hit.seconds)
    FROM unnest($1::bytea[], $2::int[]) AS hit (key, seconds)
    ORDER BY hit.key
    ON CONFLICT (key) DO UPDATE SET
      hits = CASE WHEN w.resets_at <= app_now() THEN 1 ELSE LEAST(w.hits + 1, 2000000000) END,
      resets_at = CASE WHEN w.resets_at <= app_now() THEN excluded.resets_at ELSE w.resets_at END
    RETURNING encode(key, 'hex') AS key, hits, ceil(extract(epoch FROM resets_at - app_now()))::int AS seconds`,
};

const besides = new Map<string, Statement>();

/** Put together once: the driver compares the text of a named statement with the one it prepared. */
function countBeside({ name, text }: Statement): Statement {
  const known = besides.get(name);
  if (known) return known;
  const statement = {
    name,
    text: `WITH counted AS (${count.text}), found AS (${text})
           SELECT (SELECT jsonb_agg(counted) FROM counted) AS windows, (SELECT to_jsonb(found) FROM found) AS found`,
  };
  besides.set(name, statement);
  return statement;
}

// Locked in the order of their keys, as where they are counted.
const forget = {
  name: 'limits.forget',
  text: `DELETE FROM limit_windows WHERE key IN (
           SELECT key FROM limit_windows WHERE key = ANY ($1::bytea[]) ORDER BY key FOR UPDATE)`,
};

interface Window {
  /** In hex. */
  readonly key: string;
  readonly hits: number;
  readonly seconds: number;
}

/**
 * Limits shared by all processes: fixed windows, counted in PostgreSQL. Without a database nothing is let through.
 */
@Injectable()
export class Limits {
  private readonly rules: LimitRules;

  /** @throws ConfigurationError for overrides of limits that do not exist. */
  constructor(
    private readonly database: Database,
    private readonly hash: KeyedHash,
    config: LimitsConfig,
  ) {
    this.rules = limitRules(config);
  }

  /**
   * Counts all hits in one statement.
   * @throws Throttled where one is past its limit; AppError unavailable `database.unavailable`.
   */
  async take(hits: readonly LimitHit[]): Promise<LimitState> {
    const state = await this.count(hits);
    if (state.exceeded) throw new Throttled(state);
    return state;
  }

  /** As take(), for limits that are not answered with 429: the caller looks at `exceeded`. */
  async count(hits: readonly LimitHit[], sql: Sql = this.database): Promise<LimitState> {
    return (await this.countEach(hits, sql)).reduce(tighter);
  }

  /** As count(), for who treats the limits differently: the state of each. */
  async countEach(hits: readonly LimitHit[], sql: Sql = this.database): Promise<LimitState[]> {
    const named = this.namesOf(hits);
    return this.statesOf(named, await sql.run<Window>(count, this.valuesOf(named)));
  }

  /**
   * As count(), with what another statement reads, in one round trip.
   * @param read one row at most; its placeholders begin at $3
   */
  async countAndRead<Row>(
    hits: readonly LimitHit[],
    read: Statement,
    values: readonly unknown[],
  ): Promise<{ state: LimitState; row: Row | undefined }> {
    const named = this.namesOf(hits);
    const all = [...this.valuesOf(named), ...values];
    const [result] = await this.database.run<{ windows: Window[]; found: Row | null }>(countBeside(read), all);
    return { state: this.statesOf(named, result?.windows ?? []).reduce(tighter), row: result?.found ?? undefined };
  }

  /** The rules by the keys of their windows, in hex. */
  private namesOf(hits: readonly LimitHit[]): Map<string, LimitName> {
    const named = new Map(hits.map((hit) => [this.keyOf(hit).toString('hex'), hit.rule]));
    if (named.size === 0) throw new Error('nothing to count');
    return named;
  }

  private valuesOf(named: ReadonlyMap<string, LimitName>): unknown[] {
    return [
      [...named.keys()].map((key) => Buffer.from(key, 'hex')),
      [...named.values()].map((name) => this.ruleOf(name).seconds),
    ];
  }

  private statesOf(named: ReadonlyMap<string, LimitName>, windows: readonly Window[]): LimitState[] {
    return windows.flatMap((window) => {
      const name = named.get(window.key);
      return name === undefined ? [] : [stateOf(name, this.ruleOf(name), window)];
    });
  }

  /** Begins to count anew. */
  async forget(hits: readonly LimitHit[], sql: Sql = this.database): Promise<void> {
    await sql.run(forget, [hits.map((hit) => this.keyOf(hit))]);
  }

  /** @throws Throttled where the window has more hits than its rule allows. */
  judge(name: LimitName, window: Pick<Window, 'hits' | 'seconds'>): void {
    const state = stateOf(name, this.ruleOf(name), window);
    if (state.exceeded) throw new Throttled(state);
  }

  /** The rule in force under a name. */
  ruleOf(name: LimitName): LimitRule {
    const rule = this.rules.get(name);
    if (!rule) throw new Error(`no limit ${name}`);
    return rule;
  }

  /** The key of its window. */
  keyOf(hit: LimitHit): Buffer {
    return this.hash.digest('limits', `${hit.rule}\n${hit.key}`);
  }
}

function stateOf(
  rule: LimitName,
  { count: limit, seconds }: LimitRule,
  window: Pick<Window, 'hits' | 'seconds'>,
): LimitState {
  return {
    rule,
    limit,
    windowSeconds: seconds,
    remaining: Math.max(0, limit - window.hits),
    resetSeconds: Math.max(1, window.seconds),
    exceeded: window.hits > limit,
  };
}

/** The one nearer to its end, or further past it. */
export function tighter(a: LimitState, b: LimitState): LimitState {
  if (a.exceeded !== b.exceeded) return a.exceeded ? a : b;
  if (a.exceeded) return a.resetSeconds >= b.resetSeconds ? a : b;
  return a.remaining <= b.remaining ? a : b;
}
