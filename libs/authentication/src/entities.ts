import { ImportRefusal } from './import/persistence/import-refusal.entity.js';
import { ImportRun } from './import/persistence/import-run.entity.js';
import { ImportedUser } from './import/persistence/imported-user.entity.js';
import { Challenge } from './persistence/challenge.entity.js';
import { FactorReset } from './persistence/factor-reset.entity.js';
import { HostedFlow } from './persistence/hosted-flow.entity.js';
import { Invite } from './persistence/invite.entity.js';
import { MagicLink } from './persistence/magic-link.entity.js';
import { PendingRegistration } from './persistence/pending-registration.entity.js';

export const authenticationEntities = [
  PendingRegistration,
  HostedFlow,
  MagicLink,
  Invite,
  Challenge,
  FactorReset,
  ImportRun,
  ImportRefusal,
  ImportedUser,
];
