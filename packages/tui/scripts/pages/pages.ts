import { renderCliPage, renderCliSchema } from './cli-page.ts';
import { renderConfigPage } from './config-page.ts';
import { renderKeysPage } from './keys-page.ts';

/** Pages of docs/ that are made from the program. */
export const pages: Readonly<Record<string, () => string | Promise<string>>> = {
  'keys.md': renderKeysPage,
  'cli.md': renderCliPage,
  'protocols/cli.schema.json': renderCliSchema,
  'configuration.md': renderConfigPage,
};
