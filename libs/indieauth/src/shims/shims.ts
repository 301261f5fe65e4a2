import type { Provider } from 'oidc-provider';
import type { IndieauthAccounts } from '../indieauth-accounts.js';
import type { Exchange, Shim } from './exchange.js';
import { introspection } from './introspection.js';
import { metadataDocument } from './metadata-document.js';
import { revocation } from './revocation.js';
import { tokenAnswer } from './token-answer.js';
import { userinfo } from './userinfo.js';

export interface ShimParts {
  readonly publicUrl: string;
  readonly accounts: IndieauthAccounts;
  readonly isProfileOnly: (ctx: Pick<Exchange, 'req'>) => boolean;
}

/** What IndieAuth has and the library has not, in front of it. */
export function shimsOf(provider: Provider, { publicUrl, accounts, isProfileOnly }: ShimParts): readonly Shim[] {
  return [
    metadataDocument(publicUrl),
    revocation(provider),
    userinfo(provider, accounts),
    introspection(provider),
    tokenAnswer(isProfileOnly),
  ];
}
