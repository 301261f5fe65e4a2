import { Module } from '@nestjs/common';
import { SessionsModule } from './sessions.module.js';
import { SessionsSweeps } from './worker/sessions.sweeps.js';

@Module({ imports: [SessionsModule], providers: [SessionsSweeps] })
export class SessionsWorkerModule {}
