// Writes docs/protocols/hub.md: `node packages/hub/scripts/docs-hub.ts`, after a build.
import { writeFileSync } from 'node:fs';
import { renderHubPage } from './render-hub-page.ts';

writeFileSync(new URL('../../../docs/protocols/hub.md', import.meta.url), renderHubPage());
