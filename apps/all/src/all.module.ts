import { type DynamicModule, Module } from '@nestjs/common';
import type { Config } from '@app/config';
import { ApiFeaturesModule } from '../../api/src/api-features.module.js';
import { FloorModule } from '../../floor.module.js';
import { WorkerFeaturesModule } from '../../worker/src/worker-features.module.js';

/** Composition root of API and worker in one process. */
@Module({})
export class AllModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: AllModule,
      imports: [FloorModule.forRoot(config, 'gatehouse'), ApiFeaturesModule, WorkerFeaturesModule],
    };
  }
}
