import type { SecondFactor, UserId } from '@app/users';

/** The name under which wrong answers in a row are counted for one factor of an account. */
export const failuresOf = (factor: SecondFactor, userId: UserId): string => `${factor}:${userId}`;
