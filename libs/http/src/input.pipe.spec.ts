import { Type } from 'class-transformer';
import { IsBoolean, IsEmail, IsIn, IsOptional, IsString, MinLength, ValidateIf, ValidateNested } from 'class-validator';
import { AppError } from '@app/errors';
import { InputPipe } from './input.pipe.js';

class Inner {
  @IsBoolean() on!: boolean;
}

class Input {
  @IsEmail() email!: string;
  @MinLength(3) @IsString() word!: string;
  @IsOptional() @IsIn(['a', 'b']) choice?: string;
  @ValidateIf((input: Input) => input.inner !== undefined)
  @ValidateNested()
  @Type(() => Inner)
  inner?: Inner;
}

const pipe = new InputPipe();
const judge = (value: unknown, metatype: unknown = Input): unknown =>
  pipe.transform(value, { type: 'body', metatype: metatype as never });

function faultsOf(value: unknown): string[] {
  try {
    judge(value);
  } catch (error) {
    return (error as AppError).faults.map(({ field, code }) => `${field} ${code}`);
  }
  return [];
}

it('makes an instance of the class', () => {
  expect(judge({ email: 'a@example.test', word: 'abc', inner: { on: true } })).toBeInstanceOf(Input);
});

it('names the rules that a value breaks', () => {
  expect(faultsOf({ email: 'x', word: 'ab', choice: 'c', inner: { on: 'yes' } })).toEqual([
    'email email',
    'word min_length',
    'choice in',
    'inner.on boolean',
  ]);
});

it('treats null as a wrong value, not as a missing one', () => {
  expect(faultsOf({ email: null, word: 'abc' })).toEqual(['email email']);
});

it('cuts the name of an unknown member', () => {
  expect(faultsOf({ email: 'a@example.test', word: 'abc', ['n'.repeat(500)]: 1 })).toEqual([
    `${'n'.repeat(64)} unknown`,
  ]);
});

it.each(['toString', 'constructor', 'hasOwnProperty', 'valueOf'])(
  'does not take the inherited %s for a member',
  (name) => {
    expect(faultsOf({ email: 'a@example.test', word: 'abc', [name]: 1 })).toEqual([`${name} unknown`]);
  },
);

it('leaves values without a class alone', () => {
  expect(pipe.transform('x', { type: 'custom', metatype: Input })).toBe('x');
  expect(pipe.transform('x', { type: 'param', metatype: String })).toBe('x');
  expect(() => pipe.transform(['x'], { type: 'query', metatype: String })).toThrow(AppError);
});
