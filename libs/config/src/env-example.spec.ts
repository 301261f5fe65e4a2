import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Environment } from './environment.js';
import { settingNames } from './read-environment.js';

const documented = readFileSync(resolve(__dirname, '../../../.env.example'), 'utf8').matchAll(
  /^#?GATEHOUSE_([A-Z0-9_]+)=(.*)$/gm,
);
const entries = [...documented].map(([, name = '', value = '']) => [name, value] as const);

describe('.env.example', () => {
  it('documents every setting once, and no other', () => {
    expect(entries.map(([name]) => name).sort()).toEqual(settingNames().sort());
  });

  it('shows the defaults that are in force', () => {
    const defaults = Object.entries(new Environment()).filter(
      ([, value]) => value !== undefined && !Array.isArray(value),
    );
    expect(entries).toEqual(expect.arrayContaining(defaults.map(([name, value]) => [name, String(value)])));
  });
});
