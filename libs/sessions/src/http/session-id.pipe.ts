import type { PipeTransform } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { sessionNotFound } from '../sessions.errors.js';

/** A session id in a path; what cannot be one names no session. */
export const sessionId: PipeTransform<string, string> = {
  transform(value) {
    if (!isUUID(value)) throw sessionNotFound();
    return value;
  },
};
