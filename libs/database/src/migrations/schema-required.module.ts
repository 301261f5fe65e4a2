import { Module, type OnModuleInit } from '@nestjs/common';
import { SchemaState } from './schema-state.js';

/** The database is behind this code. The message is for the operator. */
export class SchemaOutdated extends Error {
  override readonly name = 'SchemaOutdated';

  constructor(missing: readonly string[]) {
    super(`The database lacks ${missing.length} migration(s) of this release: run \`npm run migrate\` first.`);
  }
}

/** Processes that serve or work import it: they start on a migrated database or not at all. */
@Module({})
export class SchemaRequiredModule implements OnModuleInit {
  constructor(private readonly state: SchemaState) {}

  async onModuleInit(): Promise<void> {
    const { current, missing } = await this.state.read();
    if (!current) throw new SchemaOutdated(missing);
  }
}
