import { type DynamicModule, Module } from '@nestjs/common';
import type { Config } from '@app/config';
import { FloorModule } from '../../floor.module.js';
import { WorkerFeaturesModule } from './worker-features.module.js';

/** Composition root of the worker. */
@Module({})
export class WorkerModule {
  static forRoot(config: Config): DynamicModule {
    return { module: WorkerModule, imports: [FloorModule.forRoot(config, 'gatehouse worker'), WorkerFeaturesModule] };
  }
}
