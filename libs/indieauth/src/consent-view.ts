import type { InteractionStep } from '@app/oauth';
import { interactionPath } from './indieauth-configuration.js';
import type { ConsentPageProps } from './pages/consent.page.js';
import { profileUrl } from './profile-url.js';
import { wordingsOf } from './scope-wordings.js';

type Question = Extract<InteractionStep, { kind: 'consent' }>['question'];

/** What the consent page says of a request. */
export function consentOf({ client, asked, params }: Question, uid: string): Omit<ConsentPageProps, 'csrf' | 'mes'> {
  const { host } = new URL(client.clientId);
  const foreign = (address: string | undefined): string | undefined => {
    const other = address === undefined ? undefined : new URL(address).host || address;
    return other === host ? undefined : other;
  };
  return {
    action: interactionPath(uid),
    clientName: client.clientName ?? host,
    clientId: client.clientId,
    foreignHome: foreign(client.clientUri),
    foreignTarget: foreign(String(params['redirect_uri'])),
    asked: wordingsOf(asked.scopes),
    hint: typeof params['me'] === 'string' ? profileUrl(params['me']) : undefined,
  };
}
