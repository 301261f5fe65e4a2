import { Module } from '@nestjs/common';
import { Sweeper } from './sweeps/sweeper.js';

/** The worker's face: runs what libs registered in Sweeps. */
@Module({ providers: [Sweeper], exports: [Sweeper] })
export class DatabaseWorkerModule {}

export { Sweeper };
