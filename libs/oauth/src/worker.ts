import { Module } from '@nestjs/common';
import { OauthModule } from './oauth.module.js';
import { OauthSweeps } from './worker/oauth.sweeps.js';

/** Deletes what the providers handed out once it has expired. */
@Module({ imports: [OauthModule], providers: [OauthSweeps] })
export class OauthWorkerModule {}
