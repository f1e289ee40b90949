import type { CommandRegistry } from '../commands/registry.ts';
import { shortKey } from '../commands/show-key.ts';
import { cut } from '../layout/cells.ts';
import { cleanText } from '../layout/clean-text.ts';
import { blank, fitLine, type Line, span, spread } from '../layout/line.ts';
import type { AppState } from '../state/app-state.ts';
import { firstChoices } from '../state/first-run.ts';
import type { GlyphSet } from '../theme/glyphs.ts';

/** How the first run is drawn. */
export interface FirstRunLook {
  readonly width: number;
  readonly glyphs: GlyphSet;
  readonly registry: CommandRegistry;
}

function foundLines({ machine }: AppState): readonly string[] {
  if (machine === null) return ['looking …'];
  const installed = machine.providers.filter(({ isInstalled }) => isInstalled);
  const missing = machine.providers.filter(({ isInstalled }) => !isInstalled).map(({ id }) => id);
  const here = installed.map(({ id, version }) => (version === null ? id : `${id} ${version}`)).join('      ');
  const away = missing.length === 0 ? '' : `${missing.join(', ')}: not installed`;
  return [[here, away].filter((part) => part !== '').join('      ') || 'no provider that is known here'];
}

function keyOf(registry: CommandRegistry, id: string): string {
  const key = registry.find(id)?.keys[0];
  return key === undefined ? `:${id}` : shortKey(key);
}

function choiceLines(state: AppState, { width, glyphs, registry }: FirstRunLook): readonly Line[] {
  const here = cut(cleanText(state.machine?.directory ?? ''), Math.max(8, width - 40), {
    place: 'start',
    mark: glyphs.cut,
  });
  return firstChoices.map(({ command, title }, index) => {
    const isChosen = index === state.firstChoice;
    const place = command === 'new' && here !== '' ? `, in ${here}` : '';
    const left: Line = [
      span(isChosen ? ` ${glyphs.of.bar} ` : '   ', 'accent'),
      span(title + place, isChosen ? 'strong' : 'text'),
    ];
    return spread(left, [span(keyOf(registry, command), 'key')], { width, margin: 3 });
  });
}

/** What stands in place of the list while there is no agent: what was found, and what to begin with (screens.md, 3.6). */
export function firstRunLines(state: AppState, look: FirstRunLook): readonly Line[] {
  const text = (line: string, token: 'text' | 'dim' | 'strong' = 'text'): Line => [blank(3), span(line, token)];
  const { leader } = state.workspace;
  const inside = leader === null ? 'Inside an agent, Ctrl+Q' : `Inside an agent, ${cleanText(leader)} q and Ctrl+Q`;
  const lines: Line[] = [
    [],
    [],
    text('Agents that you start here run in tmux and go on when you leave.'),
    [],
    text('Found on this machine', 'strong'),
    ...foundLines(state).map((line): Line => [blank(5), span(cleanText(line), 'dim')]),
    [],
    ...choiceLines(state, look),
    [],
    text('Two things to know: ? shows the keys, q leaves and stops nothing.', 'dim'),
    text(`${inside} always ${leader === null ? 'comes' : 'come'} back here.`, 'dim'),
  ];
  return lines.map((line) => fitLine(line, look.width));
}
