import { type DynamicModule, Module } from '@nestjs/common';
import { type Config, ConfigurationModule } from '@app/config';
import { CryptoModule } from '@app/crypto';
import { DatabaseModule } from '@app/database';
import { HealthModule } from '@app/health';
import { HealthHttpModule } from '@app/health/http';
import { HttpModule } from '@app/http';
import { LimitsModule } from '@app/limits';
import { migrations } from '../../../migrations/index.js';
import { entities } from '../../entities.js';

/** Composition root of the API: the floor, then each lib's HTTP face. */
@Module({})
export class ApiModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        ConfigurationModule.forRoot(config),
        DatabaseModule.forRoot({ entities, migrations, applicationName: 'gatehouse api' }),
        CryptoModule,
        HealthModule,
        LimitsModule,
        HttpModule,
        HealthHttpModule,
      ],
    };
  }
}
