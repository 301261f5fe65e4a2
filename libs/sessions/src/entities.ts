import { KnownDevice } from './persistence/known-device.entity.js';
import { RefreshFamily } from './persistence/refresh-family.entity.js';
import { RefreshToken } from './persistence/refresh-token.entity.js';
import { Session } from './persistence/session.entity.js';

export const sessionsEntities = [Session, RefreshFamily, RefreshToken, KnownDevice];
