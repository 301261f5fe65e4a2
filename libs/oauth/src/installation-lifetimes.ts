import { Injectable } from '@nestjs/common';
import { OauthConfig, SessionConfig } from '@app/config';
import type { Lifetimes } from './lifetimes.js';

/** What the settings say, for clients that say nothing. */
@Injectable()
export class InstallationLifetimes implements Lifetimes {
  readonly authorizationCode: number;
  readonly jwtAccessToken: number;
  readonly opaqueAccessToken: number;
  readonly refreshTokenIdle: number;
  readonly refreshToken: number;

  constructor(oauth: OauthConfig, sessions: SessionConfig) {
    this.authorizationCode = oauth.codeExpiry;
    this.jwtAccessToken = sessions.accessTokenExpiry;
    this.opaqueAccessToken = oauth.tokenExpiry;
    this.refreshTokenIdle = oauth.refreshTokenIdleExpiry;
    this.refreshToken = oauth.refreshTokenExpiry;
  }
}
