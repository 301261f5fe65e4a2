import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database, SchemaState } from '@app/database';
import { HealthChecks } from './health-checks.js';

export const databaseCheckName = 'database';

const ping = { name: 'health.ping', text: 'SELECT 1 AS one' };

/** The database answers, and holds all that this code's statements expect. */
@Injectable()
export class DatabaseChecks implements OnModuleInit {
  private schemaSeen = false;

  constructor(
    private readonly checks: HealthChecks,
    private readonly database: Database,
    private readonly schema: SchemaState,
  ) {}

  onModuleInit(): void {
    this.checks.register({ name: databaseCheckName, critical: true, check: () => this.ping() });
    this.checks.register({ name: 'schema', critical: true, check: () => this.schemaIsNewEnough() });
  }

  private async ping(): Promise<void> {
    await this.database.run(ping);
  }

  /** Migrations only go forward: once seen, it stays so. */
  private async schemaIsNewEnough(): Promise<void> {
    if (this.schemaSeen) return;
    const { current, missing } = await this.schema.read();
    if (!current) throw new Error(`migrations are missing: ${missing.join(', ')}`);
    this.schemaSeen = true;
  }
}
