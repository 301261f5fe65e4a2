import { Global, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { Envelopes } from './envelopes.js';
import { KeyedHash } from './keyed-hash.js';
import { PasswordHasher } from './password-hasher.js';

const services = [Envelopes, KeyedHash, PasswordHasher];

@Global()
@Module({ providers: services, exports: services })
export class CryptoModule implements OnApplicationBootstrap {
  constructor(private readonly hasher: PasswordHasher) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.hasher.prepare();
  }
}
