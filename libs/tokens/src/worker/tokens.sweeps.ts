import { Injectable } from '@nestjs/common';
import { Sweeps } from '@app/database';
import { OneTimeTokens } from '../one-time-tokens.js';
import { SigningKeys } from '../signing-keys.js';

@Injectable()
export class TokensSweeps {
  constructor(sweeps: Sweeps, tokens: OneTimeTokens, keys: SigningKeys) {
    sweeps.register({ name: 'tokens.one_time_tokens', run: () => tokens.deleteOld() });
    sweeps.register({ name: 'tokens.rotate_signing_keys', run: () => keys.rotateWhenOld() });
    sweeps.register({ name: 'tokens.retired_signing_keys', run: () => keys.deleteRetired() });
  }
}
