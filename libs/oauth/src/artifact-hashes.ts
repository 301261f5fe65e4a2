import { sha256 } from '@app/crypto';
import type { Issuer } from './persistence/oauth-grant.entity.js';

/** By what an artifact or a grant is stored: the same id means nothing to another issuer, or as another model. */
export const artifactHash = (issuer: Issuer, model: string, id: string): Buffer => sha256(`${issuer}\n${model}\n${id}`);

/** By what tokens name the browser session that they end with. */
export const browserSessionHash = (issuer: Issuer, uid: string): Buffer => sha256(`${issuer}\nuid\n${uid}`);
