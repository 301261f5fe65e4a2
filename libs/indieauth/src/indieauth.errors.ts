import { AppError } from '@app/errors';

export const profileUrlInvalid = (): AppError =>
  new AppError(
    'invalid',
    'indieauth.profile_url_invalid',
    'Give the address of your page: https or http, a domain, a path, and no port, user name, fragment or dot segments.',
  );

/** The page is not one that the user has proved, or the proof has lapsed. */
export const meNotYours = (): AppError =>
  new AppError('forbidden', 'indieauth.me_not_yours', 'Sign in with a page that you have proved to be yours.');

export const domainNotFound = (): AppError =>
  new AppError('not_found', 'indieauth.domain_not_found', 'You have no such domain.');

export const domainKnown = (): AppError =>
  new AppError('conflict', 'indieauth.domain_known', 'You have added this page already.');

export const tooManyDomains = (): AppError =>
  new AppError(
    'conflict',
    'indieauth.too_many_domains',
    'You have as many domains as an account may have. Remove one.',
  );

/** Somebody else proved it before, and still can. */
export const domainTaken = (): AppError =>
  new AppError(
    'conflict',
    'indieauth.domain_taken',
    'Another account signs in with this page. Remove its TXT record: once that is noticed, the page can be yours.',
  );

export const txtRecordMissing = (name: string): AppError =>
  new AppError('conflict', 'indieauth.txt_record_missing', `${name} has no TXT record with the value you were given.`);

export const nameServersSilent = (): AppError =>
  new AppError('upstream', 'indieauth.name_servers_silent', 'No name server answered. Try again in a minute.', {
    retryAfter: 60,
  });

export const pageUnreadable = (why: string): AppError =>
  new AppError('upstream', 'indieauth.page_unreadable', `Your page could not be read. ${why}`);

export const metadataNotDeclared = (address: string): AppError =>
  new AppError(
    'conflict',
    'indieauth.metadata_not_declared',
    `Your page has to say where you sign in: <link rel="indieauth-metadata" href="${address}">.`,
  );

export const mailtoMissing = (): AppError =>
  new AppError(
    'conflict',
    'indieauth.mailto_missing',
    'Your page has to publish an address that a code can be mailed to: <a rel="me" href="mailto:you@example.org">.',
  );

export const codeWrong = (): AppError =>
  new AppError('invalid', 'indieauth.code_wrong', 'This is not the code that was mailed last, or it is too old.');

export const codeExhausted = (): AppError =>
  new AppError('expired', 'indieauth.code_exhausted', 'Too many wrong codes. Ask for a new one.');
