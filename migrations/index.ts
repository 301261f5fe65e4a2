import { Foundation1763700000001 } from './1763700000001-foundation.js';
import { OutboxMail1763700000002 } from './1763700000002-outbox-mail.js';
import { Accounts1763700000003 } from './1763700000003-accounts.js';
import { Limits1763700000004 } from './1763700000004-limits.js';
import { Audit1763700000005 } from './1763700000005-audit.js';
import { Challenges1763700000006 } from './1763700000006-challenges.js';
import { Totp1763700000007 } from './1763700000007-totp.js';
import { Passkeys1763700000008 } from './1763700000008-passkeys.js';
import { MagicLinksInvites1763700000009 } from './1763700000009-magic-links-invites.js';
import { KnownDevices1763700000010 } from './1763700000010-known-devices.js';
import { Imports1763700000011 } from './1763700000011-imports.js';
import { FactorResets1763700000012 } from './1763700000012-factor-resets.js';
import { HostedFlows1763700000013 } from './1763700000013-hosted-flows.js';
import { AccessValidFrom1763700000014 } from './1763700000014-access-valid-from.js';
import { Oauth1763700000015 } from './1763700000015-oauth.js';
import { Indieauth1763700000016 } from './1763700000016-indieauth.js';
import { IndieauthDomains1763700000017 } from './1763700000017-indieauth-domains.js';
import { OauthPolls1763700000018 } from './1763700000018-oauth-polls.js';
import { LeadsTo1763700000019 } from './1763700000019-leads-to.js';
import { AwaitedSessionEnds1763700000020 } from './1763700000020-awaited-session-ends.js';

/** All migrations in order. Production, the embedded database and every test database run exactly these. */
export const migrations = [
  Foundation1763700000001,
  OutboxMail1763700000002,
  Accounts1763700000003,
  Limits1763700000004,
  Audit1763700000005,
  Challenges1763700000006,
  Totp1763700000007,
  Passkeys1763700000008,
  MagicLinksInvites1763700000009,
  KnownDevices1763700000010,
  Imports1763700000011,
  FactorResets1763700000012,
  HostedFlows1763700000013,
  AccessValidFrom1763700000014,
  Oauth1763700000015,
  Indieauth1763700000016,
  IndieauthDomains1763700000017,
  OauthPolls1763700000018,
  LeadsTo1763700000019,
  AwaitedSessionEnds1763700000020,
];
