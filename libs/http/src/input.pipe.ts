import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { type ClassConstructor, plainToInstance } from 'class-transformer';
import { type ValidationError, validateSync } from 'class-validator';
import { AppError, type FieldFault } from '@app/errors';

type Check = (value: unknown) => boolean;

/** What a bare `@Param('id')` or `@Query('q')` may be: repeated query members arrive as arrays. */
const plain = new Map<unknown, Check>([
  [String, (value) => typeof value === 'string'],
  [Number, () => false],
  [Boolean, () => false],
]);

/** Longer names of unknown members are cut: they come from the caller and go into the answer. */
const nameLimit = 64;

/**
 * Bodies, queries and params become instances of their class, judged by its class-validator rules. Unknown
 * members are refused. Faults name the field and a code, never the value.
 */
@Injectable()
export class InputPipe implements PipeTransform {
  transform(value: unknown, { type, metatype, data }: ArgumentMetadata): unknown {
    if (type === 'custom' || metatype === undefined || metatype === Object) return value;
    const check = plain.get(metatype);
    if (check) {
      if (value === undefined || check(value)) return value;
      throw invalidInput([{ field: data ?? '', code: 'type', detail: 'has the wrong type' }]);
    }
    return instanceOf(metatype as ClassConstructor<object>, value ?? {});
  }
}

function instanceOf(metatype: ClassConstructor<object>, value: unknown): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidInput([{ field: '', code: 'object', detail: 'must be an object' }]);
  }
  const instance = plainToInstance(metatype, value);
  // Names that every object inherits (`constructor`, `valueOf`) are dropped there without a word.
  const dropped = Object.keys(value).filter((name) => !Object.hasOwn(instance, name));
  const errors = validateSync(instance, {
    whitelist: true,
    forbidNonWhitelisted: true,
    validationError: { target: false, value: false },
  });
  if (errors.length > 0 || dropped.length > 0) {
    throw invalidInput([...dropped.map((name) => unknown(name.slice(0, nameLimit))), ...fieldFaults(errors, value)]);
  }
  return instance;
}

function invalidInput(faults: readonly FieldFault[]): AppError {
  return new AppError('invalid', 'http.invalid_input', 'The input has faults; see errors.', { faults });
}

/** The faults of an input, one a field and rule; a member that is missing gets one fault, not one a rule. */
export function fieldFaults(errors: readonly ValidationError[], input: unknown, path = ''): FieldFault[] {
  return errors.flatMap((error) => {
    const field = path + error.property.slice(0, nameLimit);
    const member = memberOf(input, error.property);
    const own = Object.entries(error.constraints ?? {});
    if (own.some(([rule]) => rule === 'whitelistValidation')) {
      return [unknown(field)];
    }
    if (own.length > 0 && member === undefined) return [{ field, code: 'required', detail: 'is required' }];
    return [
      ...own.map(([rule, message]) => ({ field, code: codeOf(rule), detail: withoutName(message, error.property) })),
      ...fieldFaults(error.children ?? [], member, `${field}.`),
    ];
  });
}

const unknown = (field: string): FieldFault => ({ field, code: 'unknown', detail: 'is not a member of this input' });

const memberOf = (input: unknown, name: string): unknown =>
  typeof input === 'object' && input !== null && Object.hasOwn(input, name)
    ? (input as Record<string, unknown>)[name]
    : undefined;

/** isEmail → email, minLength → min_length. */
const codeOf = (rule: string): string =>
  rule
    .replace(/^is(?=[A-Z])/, '')
    .replace(/[A-Z]+/g, (capitals, at: number) => (at === 0 ? '' : '_') + capitals.toLowerCase());

const withoutName = (message: string, property: string): string =>
  message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
