import { Global, Module } from '@nestjs/common';
import { FailureCounters } from './failure-counters.js';
import { GuessAttempts } from './guess-attempts.js';
import { Limits } from './limits.js';
import { LimitsSweep } from './limits.sweep.js';

/** Global, because guards of any feature's routes need Limits. */
@Global()
@Module({
  providers: [Limits, FailureCounters, GuessAttempts, LimitsSweep],
  exports: [Limits, FailureCounters, GuessAttempts],
})
export class LimitsModule {}
