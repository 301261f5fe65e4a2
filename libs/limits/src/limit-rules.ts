import { ConfigurationError, type LimitOverride, type LimitsConfig } from '@app/config';

/** So many within a window of so many seconds, which begins with the first of them. */
export interface LimitRule {
  readonly count: number;
  readonly seconds: number;
}

const minute = 60;
const hour = 3600;

/**
 * Every limit there is. Operators change one by GATEHOUSE_LIMITS (`login.address=200/60`).
 * An account is what the caller typed, known or not; an address of IPv6 is its /64.
 */
const defaults = {
  'login.address': { count: 100, seconds: 5 * minute },
  'login.account': { count: 30, seconds: 5 * minute },
  'login.pair': { count: 10, seconds: 5 * minute },
  // By account and device, in the place of the two above where the account knows the device.
  'login.device': { count: 10, seconds: 5 * minute },
  'register.address': { count: 20, seconds: hour },
  'register.account': { count: 5, seconds: hour },
  'forgot.address': { count: 20, seconds: hour },
  'forgot.account': { count: 5, seconds: hour },
  'magic_link.address': { count: 20, seconds: hour },
  'magic_link.account': { count: 5, seconds: hour },
  'magic_link.redeem': { count: 30, seconds: 10 * minute },
  // Codes typed for one account, over all its requests.
  'magic_link.code': { count: 20, seconds: hour },
  'verify.address': { count: 60, seconds: 10 * minute },
  'reset.address': { count: 30, seconds: 10 * minute },
  // Rows that anybody can make by opening a page.
  'flow.address': { count: 120, seconds: 10 * minute },
  // Against guessing the current password from a stolen session.
  'password.user': { count: 10, seconds: 10 * minute },
  'email_change.user': { count: 10, seconds: hour },
  // Generous: several tabs, and retries after lost answers.
  'refresh.family': { count: 240, seconds: minute },
  // Wrong codes of second factors, over all challenges of an account: its password is known to who gets so far.
  'mfa.account': { count: 30, seconds: hour },
  // Challenges: a sign-in page asks for one whenever it is opened.
  'passkey.address': { count: 200, seconds: 10 * minute },
  'factors.user': { count: 30, seconds: 10 * minute },
  // Authorizations begun at the IndieAuth issuer: each may have a client's document fetched.
  'indieauth.address': { count: 120, seconds: 10 * minute },
  // Checks of a domain: each asks name servers and the page.
  'domains.user': { count: 30, seconds: 10 * minute },
  // Generous: the servers of a busy application ask for all its people, from one address.
  'oauth_token.address': { count: 3000, seconds: minute },
  // By client and address, where the client names itself in the header.
  'oauth_token.client': { count: 1800, seconds: minute },
  'oauth_device.address': { count: 60, seconds: 10 * minute },
  // A code is typed, and confirmed: two for a device.
  'oauth_user_code.address': { count: 40, seconds: 10 * minute },
  'oauth_user_code.session': { count: 20, seconds: 10 * minute },
  // Documents of clients that were not seen before.
  'oauth_client_document.address': { count: 60, seconds: 10 * minute },
  'oauth_registration.address': { count: 20, seconds: hour },
  // By kind of mail and recipient; silent.
  'mail.recipient': { count: 5, seconds: hour },
} as const satisfies Record<string, LimitRule>;

export type LimitName = keyof typeof defaults;

export const limitNames = Object.keys(defaults) as readonly LimitName[];

export type LimitRules = ReadonlyMap<LimitName, LimitRule>;

/** The limits in force. @throws ConfigurationError naming every unknown or unusable override. */
export function limitRules(config: LimitsConfig): LimitRules {
  const faults = [...config.overrides].flatMap(([name, rule]) => faultsOf(name, rule));
  if (faults.length > 0) throw new ConfigurationError(faults);
  return new Map(limitNames.map((name) => [name, config.overrides.get(name) ?? defaults[name]]));
}

function faultsOf(name: string, rule: LimitOverride): string[] {
  if (!(limitNames as readonly string[]).includes(name)) {
    return [`GATEHOUSE_LIMITS: ${name} is no limit; there are ${limitNames.join(', ')}`];
  }
  const usable = rule.count >= 1 && rule.count <= 1_000_000_000 && rule.seconds >= 1 && rule.seconds <= 31_536_000;
  return usable ? [] : [`GATEHOUSE_LIMITS: ${name} needs a count from 1 and 1 to 31536000 seconds`];
}
