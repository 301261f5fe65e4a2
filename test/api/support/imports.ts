import { Readable } from 'node:stream';
import { type DynamicModule, type INestApplicationContext, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FloorModule } from '../../../apps/floor.module.js';
import {
  type ImportCounts,
  ImportSource,
  type Refusal,
  UserExport,
  UserImport,
} from '../../../libs/authentication/src/cli.js';
import { IndieauthCliModule } from '../../../libs/indieauth/src/cli.js';
import type { App } from '../../support/app.js';

export interface Imported {
  readonly counts: ImportCounts;
  readonly resumedAfter: number;
  readonly refusals: readonly Refusal[];
}

export interface RunOptions {
  readonly batch?: number;
  readonly resume?: boolean;
  readonly progress?: (counts: ImportCounts) => void;
  readonly signal?: AbortSignal;
}

/** A file, or its lines. */
export type File = Buffer | readonly (object | string)[];

const never = new AbortController().signal;
const silent = (): void => undefined;

@Module({})
class Commands {
  static on({ config }: App): DynamicModule {
    return { module: Commands, imports: [FloorModule.forCommand(config, 'gatehouse test'), IndieauthCliModule] };
  }
}

/** What `gatehouse users` runs, on the database of an app. */
export class Imports {
  private constructor(private readonly context: INestApplicationContext) {}

  static async of(app: App): Promise<Imports> {
    return new Imports(await NestFactory.createApplicationContext(Commands.on(app), { logger: false }));
  }

  /** Imports, and reads what was refused. */
  async run(file: File, options: RunOptions = {}): Promise<Imported> {
    const users = this.context.get(UserImport, { strict: false });
    const source = await sourceOf(file);
    const how = { batch: 3, resume: false, progress: silent, signal: never, ...options };
    const result = await users.run(source, how).finally(() => source.close());
    const refusals: Refusal[] = [];
    for await (const one of users.refusals(result.runId)) refusals.push(one);
    return { ...result, refusals };
  }

  async rehearse(file: File, batch = 3): Promise<Pick<Imported, 'counts' | 'refusals'>> {
    const source = await sourceOf(file);
    const refusals: Refusal[] = [];
    const counts = await this.context
      .get(UserImport, { strict: false })
      .rehearse(source, { batch, progress: silent, signal: never }, (one) => refusals.push(one))
      .finally(() => source.close());
    return { counts, refusals };
  }

  /** The lines of an export. */
  async exported(withSecrets = false): Promise<string[]> {
    const lines: string[] = [];
    const users = this.context.get(UserExport, { strict: false });
    for await (const line of users.lines({ withSecrets, progress: silent })) lines.push(line.trimEnd());
    return lines;
  }

  async close(): Promise<void> {
    await this.context.close();
  }
}

function sourceOf(file: File): Promise<ImportSource> {
  const bytes = Buffer.isBuffer(file)
    ? file
    : Buffer.from(file.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
  return ImportSource.ofStream(Readable.from([bytes]) as AsyncIterable<Buffer>);
}
