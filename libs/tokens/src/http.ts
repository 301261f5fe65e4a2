import { Module } from '@nestjs/common';
import { JwksController } from './http/jwks.controller.js';
import { TokensModule } from './tokens.module.js';

@Module({ imports: [TokensModule], controllers: [JwksController] })
export class TokensHttpModule {}
