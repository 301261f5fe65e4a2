import { Module } from '@nestjs/common';
import { TokensModule } from './tokens.module.js';
import { TokensSweeps } from './worker/tokens.sweeps.js';

@Module({ imports: [TokensModule], providers: [TokensSweeps] })
export class TokensWorkerModule {}
