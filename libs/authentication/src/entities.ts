import { Challenge } from './persistence/challenge.entity.js';
import { HostedFlow } from './persistence/hosted-flow.entity.js';
import { PendingRegistration } from './persistence/pending-registration.entity.js';

export const authenticationEntities = [PendingRegistration, HostedFlow, Challenge];
