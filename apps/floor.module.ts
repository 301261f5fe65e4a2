import { type DynamicModule, Module } from '@nestjs/common';
import { AuditModule } from '@app/audit';
import { type Config, ConfigurationModule } from '@app/config';
import { CryptoModule } from '@app/crypto';
import { DatabaseModule } from '@app/database';
import { HealthModule } from '@app/health';
import { HealthHttpModule } from '@app/health/http';
import { HttpModule } from '@app/http';
import { LimitsModule } from '@app/limits';
import { migrations } from '../migrations/index.js';
import { entities } from './entities.js';

/** What everything stands on, commands too: settings, the database, the audit log. */
@Module({})
class GroundModule {
  static forRoot(config: Config, applicationName: string): DynamicModule {
    return {
      module: GroundModule,
      imports: [
        ConfigurationModule.forRoot(config),
        DatabaseModule.forRoot({ entities, migrations, applicationName }),
        CryptoModule,
        HealthModule,
        LimitsModule,
        AuditModule,
      ],
    };
  }
}

/** What every process stands on, whatever it does: the ground, probes, the rules of HTTP. */
@Module({})
export class FloorModule {
  /** @param applicationName shown in pg_stat_activity */
  static forRoot(config: Config, applicationName: string): DynamicModule {
    return {
      module: FloorModule,
      imports: [GroundModule.forRoot(config, applicationName), HttpModule, HealthHttpModule],
    };
  }

  /** For a command, which serves nothing. */
  static forCommand(config: Config, applicationName: string): DynamicModule {
    return GroundModule.forRoot(config, applicationName);
  }
}
