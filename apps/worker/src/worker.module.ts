import { type DynamicModule, Module } from '@nestjs/common';
import { AuditModule } from '@app/audit';
import { type Config, ConfigurationModule } from '@app/config';
import { CryptoModule } from '@app/crypto';
import { DatabaseModule } from '@app/database';
import { HealthModule } from '@app/health';
import { HealthHttpModule } from '@app/health/http';
import { HttpModule } from '@app/http';
import { LimitsModule } from '@app/limits';
import { migrations } from '../../../migrations/index.js';
import { entities } from '../../entities.js';
import { WorkerFeaturesModule } from './worker-features.module.js';

/** Composition root of the worker: the floor, the probes, then each lib's worker face. */
@Module({})
export class WorkerModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        ConfigurationModule.forRoot(config),
        DatabaseModule.forRoot({ entities, migrations, applicationName: 'gatehouse worker' }),
        CryptoModule,
        HealthModule,
        LimitsModule,
        HttpModule,
        HealthHttpModule,
        AuditModule,
        WorkerFeaturesModule,
      ],
    };
  }
}
