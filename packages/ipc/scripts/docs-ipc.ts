// Writes docs/protocols/ipc-messages.md and .schema.json: `node packages/ipc/scripts/docs-ipc.ts`, after a build.
import { writeFileSync } from 'node:fs';
import { renderMessagesPage } from './render-messages-page.ts';
import { renderMessagesSchema } from './render-messages-schema.ts';

writeFileSync(new URL('../../../docs/protocols/ipc-messages.md', import.meta.url), renderMessagesPage());
writeFileSync(new URL('../../../docs/protocols/ipc-messages.schema.json', import.meta.url), renderMessagesSchema());
