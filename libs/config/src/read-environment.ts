import { readFileSync } from 'node:fs';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync } from 'class-validator';
import { Environment } from './environment.js';

export const prefix = 'GATEHOUSE_';

/** Kubernetes writes GATEHOUSE_PORT and the like into every pod beside a service named gatehouse. */
const serviceLinks = '; Kubernetes made it for a service: set enableServiceLinks: false';
const judgement = { whitelist: true, forbidNonWhitelisted: true, stopAtFirstError: true };

export interface EnvironmentReading {
  readonly environment: Environment;
  readonly faults: string[];
}

/**
 * Reads every GATEHOUSE_ variable, its `_FILE` variant too, into a validated Environment.
 *
 * Never throws: each fault becomes one sentence that begins with the variable's name. An empty value counts as
 * not set, so that compose files can pass variables through.
 */
export function readEnvironment(env: NodeJS.ProcessEnv): EnvironmentReading {
  const faults: string[] = [];
  const known = new Set(settingNames());
  const raw: Record<string, string> = {};
  for (const [variable, value] of Object.entries(env)) {
    if (!variable.startsWith(prefix) || value === undefined || value === '') continue;
    const name = variable.slice(prefix.length);
    if (known.has(name)) {
      raw[name] = value;
    } else if (name.endsWith('_FILE') && known.has(name.slice(0, -5))) {
      if (env[variable.slice(0, -5)]) faults.push(`${variable}: set together with ${variable.slice(0, -5)}`);
      else readSecretFile(variable, value, raw, faults);
    } else {
      faults.push(`${variable}: is not a setting of Gatehouse${/^tcp:/.test(value) ? serviceLinks : ''}`);
    }
  }
  const environment = plainToInstance(Environment, raw, { exposeDefaultValues: true });
  for (const error of validateSync(environment, judgement)) {
    for (const message of Object.values(error.constraints ?? {})) faults.push(`${prefix}${error.property}: ${message}`);
  }
  return { environment, faults };
}

function readSecretFile(variable: string, path: string, raw: Record<string, string>, faults: string[]): void {
  try {
    const value = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
    if (value === '') faults.push(`${variable}: names an empty file`);
    else raw[variable.slice(prefix.length, -5)] = value;
  } catch (error) {
    faults.push(`${variable}: cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
  }
}

/** The names of all settings, without prefix: what Environment declares, found by its rules. */
export function settingNames(): string[] {
  const rules = getMetadataStorage().getTargetValidationMetadatas(Environment, '', false, false);
  return [...new Set(rules.map((rule) => rule.propertyName))];
}
