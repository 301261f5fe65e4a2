export { BulkSessions, type SessionRecord } from './bulk-sessions.repository.js';
export { EndSession } from './end-session.service.js';
export {
  type DeviceState,
  failAtDevice,
  KnownDevicesRepository,
  resetDevices,
  selectKnownDevice,
} from './known-devices.repository.js';
export { Session } from './persistence/session.entity.js';
export { RefreshFamiliesRepository } from './refresh-families.repository.js';
export { RefreshSession } from './refresh-session.service.js';
export {
  type ActiveSession,
  type AuthenticationEvent,
  multiFactor,
  recovery,
  type SessionCarrier,
  type SessionEndReason,
  sessionEndTopic,
  singleFactor,
  type TokenPair,
} from './session.js';
export { type SessionSuccession, SessionSuccessions } from './session-successions.js';
export { isAccessEnded } from './sessions.errors.js';
export { SessionsModule } from './sessions.module.js';
export { type EndedSessions, type ListedSession, SessionsRepository } from './sessions.repository.js';
export { Sessions, type SignedIn, type SignInRecord } from './sessions.service.js';
