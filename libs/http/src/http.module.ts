import { Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { AuthGuard } from './auth.guard.js';
import { CrossSiteRule } from './cross-site.js';
import { InputPipe } from './input.pipe.js';
import { ProblemFilter } from './problem.filter.js';

/** What every route has: problems for errors, judged input, and no way in without credentials. */
@Global()
@Module({
  providers: [
    CrossSiteRule,
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_PIPE, useClass: InputPipe },
    { provide: APP_GUARD, useClass: AuthGuard },
  ],
  exports: [CrossSiteRule],
})
export class HttpModule {}
