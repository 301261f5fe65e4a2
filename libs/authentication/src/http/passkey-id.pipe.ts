import type { PipeTransform } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { passkeyNotFound } from '../passkey.errors.js';

/** A passkey's id in a path; what cannot be one names no passkey. */
export const passkeyId: PipeTransform<string, string> = {
  transform(value) {
    if (!isUUID(value)) throw passkeyNotFound();
    return value;
  },
};
