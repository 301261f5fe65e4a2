import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import tseslint from 'typescript-eslint';

const tests = ['**/*.{spec,db-spec,e2e-spec}.{ts,tsx}', 'test/**/*.{ts,tsx}', 'libs/*/testing/**/*.{ts,tsx}'];
const sqlNow = /\b(now|clock_timestamp|statement_timestamp|transaction_timestamp)\(\)|\bcurrent_timestamp\b/i;

/** Leans on types only where they find real faults: promises nobody waits for, and imports that break injection. */
export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '.data/', 'coverage/'] },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommended],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: dirname(fileURLToPath(import.meta.url)) },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
      'no-throw-literal': 'off',
      '@typescript-eslint/await-thenable': 'error',
      // Knows of emitDecoratorMetadata: a class that Nest injects stays a value import.
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: true }],
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/only-throw-error': ['error', { allowThrowingUnknown: true }],
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Nest modules are classes with nothing inside.
      '@typescript-eslint/no-extraneous-class': 'off',
    },
  },
  {
    files: ['libs/**/*.{ts,tsx}', 'apps/**/*.{ts,tsx}'],
    ignores: ['libs/config/**', 'libs/database/src/embedded/**', 'apps/*/src/main.ts', ...tests],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector:
            ':not(MemberExpression[property.value="UV_THREADPOOL_SIZE"]) > MemberExpression[object.name="process"][property.name="env"]',
          message: 'Settings come from the configuration, read once by loadConfig().',
        },
        {
          selector: `:matches(TemplateElement[value.raw=${sqlNow}], Literal[value=${sqlNow}])`,
          message: 'SQL says app_now(): test databases shift it.',
        },
        {
          selector: 'Identifier[name="forwardRef"]',
          message: 'A hidden cycle: declare a port in the lower lib and bind it above.',
        },
      ],
    },
  },
  {
    files: tests,
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-restricted-syntax': [
        'error',
        {
          selector: 'MemberExpression[property.name="only"][object.name=/^(it|test|describe)$/]',
          message: 'A test that runs alone leaves the others out.',
        },
        {
          selector: 'CallExpression[callee.object.name="jest"][callee.property.name="mock"]',
          message: 'Tests use the real part, or a fake of what is outside the system.',
        },
      ],
    },
  },
  {
    files: ['apps/cli/**', 'bench/**', 'test/**', 'libs/*/src/cli/**', 'libs/*/src/cli.ts'],
    rules: { 'no-console': 'off' },
  },
);
