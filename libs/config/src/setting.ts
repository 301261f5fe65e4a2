import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsOptional, IsString, Matches, Max, Min, ValidateBy } from 'class-validator';
import { isOrigin, isUrlOf } from './urls.js';

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

/** Text without line breaks or other control characters. */
export const Line = (): Setting => Text(/^[^\p{Cc}]+$/u, 'must be one line');

/** One of a closed set. */
export const OneOf = (...values: string[]): Setting =>
  all(IsOptional(), IsIn(values, { message: `must be one of ${values.join(', ')}` }));

/** A URL of one of the given schemes. */
export const Url = (...schemes: string[]): Setting => {
  const web = schemes.includes('http');
  const message = `must be a ${schemes.join(' or ')} URL${web ? '' : ', special characters of its password percent-encoded'}`;
  return all(
    IsOptional(),
    rule('isUrlOf', (value) => isUrlOf(value, schemes), message),
  );
};

/** Comma-separated values; each must pass `judge`. */
export const List = (judge: RegExp | ((part: string) => boolean), message: string): Setting =>
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
    rule('eachPart', (part) => (judge instanceof RegExp ? judge.test(part) : judge(part)), message, true),
  );

/** Comma-separated origins. */
export const Origins = (): Setting => List(isOrigin, 'must list origins such as https://app.example');

function rule(name: string, judge: (value: string) => boolean, message: string, each = false): PropertyDecorator {
  const validate = (value: unknown): boolean => typeof value === 'string' && judge(value);
  return ValidateBy({ name, validator: { validate } }, { message, each });
}
