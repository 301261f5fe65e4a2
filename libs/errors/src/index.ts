export { AppError } from './app-error.js';
export type { AppErrorKind, AppErrorOptions, FieldFault } from './app-error.js';
