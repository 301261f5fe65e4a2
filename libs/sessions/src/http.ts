import { Global, Module } from '@nestjs/common';
import { Authenticator } from '@app/http';
import { MySessionsController } from './http/my-sessions.controller.js';
import { TokensController } from './http/tokens.controller.js';
import { SessionAuthenticator } from './session-authenticator.js';
import { SessionTouches } from './session-touches.js';
import { SessionsModule } from './sessions.module.js';

export { sessionId } from './http/session-id.pipe.js';
export { sessionDto, SessionListDto, TokenPairDto } from './http/session.dto.js';

/** Global, because it binds the Authenticator port of libs/http. */
@Global()
@Module({
  imports: [SessionsModule],
  controllers: [TokensController, MySessionsController],
  providers: [SessionTouches, { provide: Authenticator, useClass: SessionAuthenticator }],
  exports: [Authenticator],
})
export class SessionsHttpModule {}
