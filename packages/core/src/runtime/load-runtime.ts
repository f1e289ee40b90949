import { pathToFileURL } from 'node:url';
import { isAbsolute, resolve } from 'node:path';
import * as z from 'zod';
import { RuntimeError } from '../errors.ts';
import type { AgentRuntime } from './agent-runtime.ts';
import { checkRuntime } from './check-runtime.ts';

/** A runtime as a config file names it. */
export const RuntimeSpec = z.object({
  /** npm package, or path of a module (`./my-runtime.js`). */
  module: z.string().min(1).max(4096),
  /** Exported class or function that makes the runtime. @default 'createRuntime', else the only exported class `…Runtime` */
  export: z.string().min(1).max(256).optional(),
  /** Handed to it as they are. */
  options: z.record(z.string(), z.json()).default({}),
});
/** A runtime as a config file names it: a module, and the options for it. */
export type RuntimeSpec = z.infer<typeof RuntimeSpec>;
/** What `RuntimeSpec` takes, before its defaults. */
export type RuntimeSpecInput = z.input<typeof RuntimeSpec>;

/** What a runtime is loaded with. */
export interface LoadRuntimeOptions {
  /** What module paths are relative to, and where npm packages are looked for. */
  readonly directory: string;
  /** @default the import of Node */
  readonly importModule?: ((specifier: string) => Promise<unknown>) | undefined;
}

/** Loads a runtime by npm name or path and checks its shape. Throws `runtime-invalid` with what is wrong. */
export async function loadRuntime(
  input: RuntimeSpecInput,
  { directory, importModule }: LoadRuntimeOptions,
): Promise<AgentRuntime> {
  const parsed = RuntimeSpec.safeParse(input);
  if (!parsed.success)
    throw new RuntimeError('runtime-invalid', `The runtime's entry is not valid: ${z.prettifyError(parsed.error)}`);
  const spec = parsed.data;
  const exported = await load(spec, { directory, importModule });
  const make = findMaker(exported, spec);
  return checkRuntime(await build(make, spec), `what ${spec.module} makes`);
}

async function load({ module }: RuntimeSpec, { directory, importModule }: LoadRuntimeOptions): Promise<object> {
  try {
    const read = importModule ?? importFrom(directory);
    const loaded = await read(isPath(module) ? pathToFileURL(resolve(directory, module)).href : module);
    return typeof loaded === 'object' && loaded !== null ? loaded : {};
  } catch (cause) {
    throw new RuntimeError('runtime-invalid', `The runtime module ${module} could not be loaded: ${toText(cause)}`, {
      cause,
      hint: isPath(module) ? 'Check the path in the config file.' : `Install it: npm install ${module}`,
    });
  }
}

// a package is looked for from the config file's place, not from where this library happens to be installed
function importFrom(directory: string): (specifier: string) => Promise<unknown> {
  return async (specifier) => {
    if (specifier.startsWith('file:')) return import(specifier);
    const { createRequire } = await import('node:module');
    const path = createRequire(resolve(directory, 'config')).resolve(specifier);
    return import(pathToFileURL(path).href);
  };
}

function isPath(module: string): boolean {
  return module.startsWith('.') || isAbsolute(module);
}

type Maker = (...options: readonly unknown[]) => unknown;

function findMaker(exported: object, spec: RuntimeSpec): Maker {
  const names = Object.keys(exported);
  const classes = names.filter((name) => /^[A-Z]\w*Runtime$/.test(name));
  const guess = names.includes('createRuntime') ? 'createRuntime' : classes.length === 1 ? classes[0] : undefined;
  const name = spec.export ?? guess;
  const value: unknown = name === undefined ? undefined : Reflect.get(exported, name);
  if (isMaker(value)) return value;
  const what =
    name === undefined ? 'neither createRuntime nor one class named …Runtime' : `no function or class ${name}`;
  throw new RuntimeError('runtime-invalid', `The runtime module ${spec.module} exports ${what}`, {
    hint: `It exports: ${names.join(', ') || 'nothing'}. Name the right one with "export".`,
  });
}

function isMaker(value: unknown): value is Maker {
  return typeof value === 'function';
}

async function build(make: Maker, { module, options }: RuntimeSpec): Promise<unknown> {
  try {
    const made: unknown = isClass(make) ? Reflect.construct(make, [options]) : make(options);
    return await made;
  } catch (cause) {
    throw new RuntimeError('runtime-invalid', `The runtime of ${module} could not be made: ${toText(cause)}`, {
      cause,
      hint: 'Check its options in the config file.',
    });
  }
}

function isClass(make: Maker): boolean {
  return /^class\b/.test(Function.prototype.toString.call(make));
}

function toText(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
