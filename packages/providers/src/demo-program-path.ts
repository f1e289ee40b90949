import { fileURLToPath } from 'node:url';

/** The simulated agent's program file in this package, run by `node FILE …`. A bundle must name its own copy instead. */
export function demoProgramPath(): string {
  // From the sources (tests) Node runs the TypeScript file as it is.
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return fileURLToPath(new URL(`./demo/main.${extension}`, import.meta.url));
}
