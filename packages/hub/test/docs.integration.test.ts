import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { renderHubPage } from '../scripts/render-hub-page.ts';
import { hubRequests } from '../src/protocol/requests.ts';

const page = readFileSync(new URL('../../../docs/protocols/hub.md', import.meta.url), 'utf8');

it('has a protocol page that is made of the present schemas (node packages/hub/scripts/docs-hub.ts)', () => {
  expect(page).toBe(renderHubPage());
});

it.each(Object.keys(hubRequests))('documents %s', (name) => {
  expect(page).toContain(`### \`${name}\``);
});

it('writes defaults, limits and named types as a reader needs them', () => {
  expect(page).toContain('worktree?: "keep" | "remove"; // default "keep"');
  expect(page).toContain('history?: integer; // 0 to 100000, default 0');
  expect(page).toContain('data: bytes;');
  expect(page).toContain('model: string | null;');
  expect(page).toMatch(/type AgentId = string \/\/ \^\[a-z0-9\]/);
  expect(page).toContain('agents: AgentRecord[];');
});
