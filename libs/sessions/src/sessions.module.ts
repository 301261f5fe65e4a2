import { Module } from '@nestjs/common';
import { TokensModule } from '@app/tokens';
import { UsersModule } from '@app/users';
import { EmailModule } from '@app/email';
import { EndSession } from './end-session.service.js';
import { KnownDevicesRepository } from './known-devices.repository.js';
import { RefreshFamiliesRepository } from './refresh-families.repository.js';
import { RefreshSession } from './refresh-session.service.js';
import { SessionSuccessions } from './session-successions.js';
import { SessionTokens } from './session-tokens.js';
import { Sessions } from './sessions.service.js';
import { SessionsRepository } from './sessions.repository.js';

@Module({
  imports: [TokensModule, UsersModule, EmailModule],
  providers: [
    SessionsRepository,
    KnownDevicesRepository,
    RefreshFamiliesRepository,
    SessionTokens,
    SessionSuccessions,
    Sessions,
    RefreshSession,
    EndSession,
  ],
  exports: [
    TokensModule,
    SessionSuccessions,
    Sessions,
    SessionsRepository,
    KnownDevicesRepository,
    RefreshFamiliesRepository,
    RefreshSession,
    EndSession,
  ],
})
export class SessionsModule {}
