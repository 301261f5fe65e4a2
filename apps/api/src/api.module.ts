import { type DynamicModule, Module } from '@nestjs/common';
import type { Config } from '@app/config';
import { FloorModule } from '../../floor.module.js';
import { ApiFeaturesModule } from './api-features.module.js';

/** Composition root of the API. */
@Module({})
export class ApiModule {
  static forRoot(config: Config): DynamicModule {
    return { module: ApiModule, imports: [FloorModule.forRoot(config, 'gatehouse api'), ApiFeaturesModule] };
  }
}
