import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Sweeps } from '@app/database';
import { TotpFactorsRepository } from './totp-factors.repository.js';

/** Deletes secrets of authenticator apps that were shown and never confirmed. */
@Injectable()
export class MfaSweep implements OnModuleInit {
  constructor(
    private readonly factors: TotpFactorsRepository,
    private readonly sweeps: Sweeps,
  ) {}

  onModuleInit(): void {
    this.sweeps.register({ name: 'mfa.unfinished_totp', run: () => this.factors.deleteUnfinished() });
  }
}
