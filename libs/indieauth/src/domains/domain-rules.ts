/* Seconds. */

/** Of a mailed code (ASVS 6.5.5). */
export const codeLifetime = 600;

/** Between two looks at a domain that stands. */
export const checkInterval = 86_400;

/** Until the next look at one of which nothing was to be found out. */
export const retryInterval = 3600;

export const mailKinds = {
  code: 'indieauth_domain_code',
  lapsed: 'indieauth_domain_lapsed',
} as const;

/** The outbox topic and queue of looks at domains. */
export const domainChecksTopic = 'domain-checks';
