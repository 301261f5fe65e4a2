import { Module } from '@nestjs/common';
import { GuardedFetch } from './guarded-fetch.js';
import { NameResolver } from './name-resolver.js';

@Module({ providers: [NameResolver, GuardedFetch], exports: [NameResolver, GuardedFetch] })
export class OutboundModule {}
