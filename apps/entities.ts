import { auditEntities } from '@app/audit/entities';
import { authenticationEntities } from '@app/authentication/entities';
import { credentialsEntities } from '@app/credentials/entities';
import { emailEntities } from '@app/email/entities';
import { indieauthEntities } from '@app/indieauth/entities';
import { limitsEntities } from '@app/limits/entities';
import { mfaEntities } from '@app/mfa/entities';
import { oauthEntities } from '@app/oauth/entities';
import { outboxEntities } from '@app/outbox/entities';
import { sessionsEntities } from '@app/sessions/entities';
import { tokensEntities } from '@app/tokens/entities';
import { usersEntities } from '@app/users/entities';

/** Every entity of the project: what the apps' DataSource maps and the schema test compares with the migrations. */
export const entities = [
  ...auditEntities,
  ...emailEntities,
  ...limitsEntities,
  ...outboxEntities,
  ...usersEntities,
  ...credentialsEntities,
  ...tokensEntities,
  ...sessionsEntities,
  ...mfaEntities,
  ...authenticationEntities,
  ...oauthEntities,
  ...indieauthEntities,
];
