import type { AgentRecord } from '@swarm-tui/hub/client';
import { shownState } from '../app/state/agent-state.ts';
import type { Looks } from '../app/theme/detect.ts';
import type { PaneLabel } from '../workspace/pane-label.ts';
import type { ChromeStyles } from '../workspace/session-chrome.ts';

/** SGR parameters as a tmux style: `38;2;138;180;255` is `fg=#8ab4ff`. What tmux has no word for is left out. */
export function toTmuxStyle(sgr: string): string {
  const styles: string[] = [];
  const codes = sgr.split(';').map(Number);
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index] ?? 0;
    if (code === 38 && codes[index + 1] === 2) {
      const rgb = codes.slice(index + 2, index + 5).map((part) => part.toString(16).padStart(2, '0'));
      styles.push(`fg=#${rgb.join('')}`);
      index += 4;
    } else if (code >= 30 && code <= 37) styles.push(`fg=colour${code - 30}`);
    else if (code >= 90 && code <= 97) styles.push(`fg=colour${code - 82}`);
    else if (code === 1) styles.push('bold');
    else if (code === 2) styles.push('dim');
  }
  return styles.join(',') || 'default';
}

/** The looks of the app for what tmux draws around the panes. */
export function toChromeStyles({ theme: { looks } }: Looks): ChromeStyles {
  return { accent: toTmuxStyle(looks.accent.on), line: toTmuxStyle(looks.line.on), dim: toTmuxStyle(looks.dim.on) };
}

/** What a pane's border says about its agent: the same word, sign and colour as its row in the list. */
export function toPaneLabel(agent: AgentRecord, { theme, glyphs }: Looks): PaneLabel {
  const { word, glyph, token } = shownState(agent);
  return {
    name: agent.name,
    detail: `${agent.provider} · ${agent.host}`,
    state: `${glyphs.of[glyph]} ${word}`,
    stateStyle: toTmuxStyle(theme.looks[token].on),
    since: agent.activity.since,
  };
}
