import { Injectable } from '@nestjs/common';
import { Sweeps } from '@app/database';
import { KnownDevicesRepository } from '../known-devices.repository.js';
import { RefreshFamiliesRepository } from '../refresh-families.repository.js';
import { SessionsRepository } from '../sessions.repository.js';

@Injectable()
export class SessionsSweeps {
  constructor(
    sweeps: Sweeps,
    sessions: SessionsRepository,
    families: RefreshFamiliesRepository,
    devices: KnownDevicesRepository,
  ) {
    sweeps.register({ name: 'sessions.refresh_tokens', run: () => families.deleteOldTokens() });
    sweeps.register({ name: 'sessions.awaited_ends', run: () => sessions.endExpired() });
    sweeps.register({ name: 'sessions.sessions', run: () => sessions.deleteOld() });
    sweeps.register({ name: 'sessions.known_devices', run: () => devices.deleteOld() });
  }
}
