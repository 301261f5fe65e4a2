import { cpSync, mkdirSync, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { readText, root } from './repository.js';
import { run } from './programs.js';

interface Instruction {
  readonly verb: string;
  readonly rest: string;
}

/** One FROM and what follows it. */
export interface Stage {
  readonly name: string;
  readonly instructions: readonly Instruction[];
}

/** The stages of a Dockerfile, as far as this project's needs it: no ARG, no heredocs. */
export function readStages(dockerfile: string): Stage[] {
  const lines = dockerfile.replace(/\\\n/g, ' ').split('\n');
  const stages: { name: string; instructions: Instruction[] }[] = [];
  for (const line of lines) {
    const [, verb = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line.trim()) ?? [];
    if (verb === 'FROM') {
      stages.push({ name: / AS (\S+)/i.exec(rest)?.[1] ?? 'final', instructions: [] });
    } else if (verb !== '') {
      stages.at(-1)?.instructions.push({ verb, rest });
    }
  }
  return stages;
}

/**
 * Carries out COPY and RUN of each stage in folders below `folder`, one a stage, as `docker build` would in
 * containers, with this machine's Node. @returns the working directory of the last stage
 */
export async function buildStages(stages: readonly Stage[], folder: string): Promise<string> {
  let last = '';
  for (const stage of stages) {
    let cwd = join(folder, stage.name);
    for (const { verb, rest } of stage.instructions) {
      if (verb === 'WORKDIR') cwd = join(folder, stage.name, rest);
      mkdirSync(cwd, { recursive: true });
      if (verb === 'COPY') copy(rest, cwd, folder);
      if (verb === 'RUN') await runCommand(rest, cwd);
    }
    last = cwd;
  }
  return last;
}

async function runCommand(command: string, cwd: string): Promise<void> {
  const npm = { npm_config_prefer_offline: 'true', npm_config_update_notifier: 'false' };
  const { code, output } = await run('sh', ['-c', command], { cwd, env: npm });
  if (code !== 0) throw new Error(`RUN ${command} ended with ${code}:\n${output}`);
}

function copy(rest: string, cwd: string, folder: string): void {
  const words = rest.split(/\s+/);
  const stage = words[0]?.startsWith('--from=') ? words.shift()?.slice('--from='.length) : undefined;
  const target = join(cwd, words.pop() ?? '.');
  const from = stage === undefined ? root : join(folder, stage);
  const wanted = stage === undefined ? inContext : () => true;
  for (const word of words) {
    const source = join(from, word);
    const isFile = statSync(source).isFile();
    cpSync(source, isFile ? join(target, basename(source)) : target, {
      recursive: true,
      // Links and bins stay links: node_modules is copied as it is.
      verbatimSymlinks: true,
      filter: (path) => wanted(relative(root, path)),
    });
  }
}

/** Docker's rule: the last pattern of .dockerignore that matches a path or a folder above it decides. */
export function inContext(path: string): boolean {
  const patterns = readText('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  let kept = true;
  for (const pattern of patterns) {
    const negated = pattern.startsWith('!');
    if (path !== '' && matcher(negated ? pattern.slice(1) : pattern).test(path)) kept = negated;
  }
  return kept;
}

function matcher(pattern: string): RegExp {
  const body = pattern
    .replace(/[.+^$()|[\]{}]/g, '\\$&')
    .replace(/\*\*\//g, '\0')
    .replace(/\*/g, '[^/]*')
    .replace(/\0/g, '(.*/)?');
  return new RegExp(`^${body}(/.*)?$`);
}
