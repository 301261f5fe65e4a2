import { AppError } from '@app/errors';
import {
  challengeExhausted,
  codeWrong,
  credentialsWrong,
  flowExpired,
  passwordUnchanged,
} from '../../authentication.errors.js';
import { formAgain, isDead } from './form-errors.js';

const throttled = (retryAfter: number): AppError => new AppError('throttled', 'limits.throttled', 'x', { retryAfter });

it('a form comes again with what its owner can mend, at the field that it is about', () => {
  expect(formAgain(credentialsWrong())).toMatchObject({ status: 422, errors: { form: expect.any(String) } });
  expect(formAgain(codeWrong())).toMatchObject({ status: 422, errors: { code: expect.any(String) } });
  expect(formAgain(passwordUnchanged())).toMatchObject({ errors: { newPassword: expect.any(String) } });
  expect(formAgain(new AppError('invalid', 'users.email_invalid', 'No.'))).toMatchObject({ errors: { email: 'No.' } });
});

it.each([
  [20, 'in a minute'],
  [61, 'in 2 minutes'],
  [3600, 'in an hour'],
])('says of a limit that ends in %i s: %s', (seconds, words) => {
  expect(formAgain(throttled(seconds))).toEqual({ status: 429, errors: { form: expect.stringContaining(words) } });
});

it('knows what cannot go on, and leaves what is no matter of a form', () => {
  for (const error of [challengeExhausted(), flowExpired()]) {
    expect([isDead(error), formAgain(error)]).toEqual([true, undefined]);
  }
  expect(isDead(codeWrong())).toBe(false);
  expect(formAgain(new AppError('internal', 'x.y', 'secret'))).toBeUndefined();
});
