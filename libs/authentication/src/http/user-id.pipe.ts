import type { PipeTransform } from '@nestjs/common';
import { parseUserId, type UserId, userNotFound } from '@app/users';

/** A user id in a path; what is none names no user. */
export const userIdInPath: PipeTransform<string, UserId> = {
  transform(value) {
    const id = parseUserId(value);
    if (id === undefined) throw userNotFound();
    return id;
  },
};
