import { Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { AccessTokens } from './access-tokens.js';
import { OneTimeTokens } from './one-time-tokens.js';
import { SigningKeys } from './signing-keys.js';
import { SigningKeysRepository } from './signing-keys.repository.js';

@Module({
  imports: [JwtModule.register({})],
  providers: [OneTimeTokens, SigningKeys, SigningKeysRepository, AccessTokens],
  exports: [OneTimeTokens, SigningKeys, AccessTokens],
})
export class TokensModule {}
