import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsOptional, IsString, IsUrl, Matches, Max, Min } from 'class-validator';

/*
 * The kinds of settings. Each is one decorator, so that a setting cannot be declared without its rule:
 * a property of Environment with no decorator at all fails the start (forbidNonWhitelisted).
 */

type Setting = (target: object, property: string) => void;

function all(...decorators: PropertyDecorator[]): Setting {
  return (target, property) => {
    for (const decorate of decorators) decorate(target, property);
  };
}

const integer = /^-?\d+$/;

/** A whole number within [min, max]. */
export const Integer = (min: number, max: number): Setting =>
  all(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && integer.test(value) ? Number(value) : value,
    ),
    IsOptional(),
    IsInt({ message: 'must be a whole number' }),
    Min(min, { message: `must be at least ${min}` }),
    Max(max, { message: `must be at most ${max}` }),
  );

/** `true` or `false`. */
export const Flag = (): Setting =>
  all(
    Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value)),
    IsOptional(),
    IsBoolean({ message: 'must be true or false' }),
  );

/** Free text; `pattern` and its message where not every text will do. */
export const Text = (pattern?: RegExp, message?: string): Setting =>
  all(IsOptional(), IsString(), ...(pattern ? [Matches(pattern, { message: message ?? 'is malformed' })] : []));

/** One of a closed set. */
export const OneOf = (...values: string[]): Setting =>
  all(IsOptional(), IsIn(values, { message: `must be one of ${values.join(', ')}` }));

/** A URL of one of the given schemes. */
export const Url = (...protocols: string[]): Setting =>
  all(
    IsOptional(),
    IsUrl(
      { protocols, require_tld: false, require_protocol: true, require_valid_protocol: true, allow_underscores: true },
      { message: `must be a ${protocols.join(' or ')} URL` },
    ),
  );

/** Comma-separated values; each must match `pattern`. */
export const List = (pattern: RegExp, message: string): Setting =>
  all(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string'
        ? value
            .split(',')
            .map((part) => part.trim())
            .filter((part) => part !== '')
        : value,
    ),
    IsOptional(),
    Matches(pattern, { each: true, message }),
  );
