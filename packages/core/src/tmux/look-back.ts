import type { TmuxCommand } from './tmux-transport.ts';

/**
 * Keys by which a viewer opens what scrolled by. No keyboard types them and no program waits for them; where they are not
 * bound they do no harm.
 */
export const lookBackKeys = { scroll: 'C-M-S-F11', search: 'C-M-S-F12' } as const;

/** Asks for a text in a pane that is in copy mode and goes up to where it stands. No pattern: agents write `[` and `.` a lot. */
export function searchPrompt(client: readonly string[] = []): TmuxCommand {
  return ['command-prompt', ...client, '-p', 'search up:', 'send-keys -X search-backward-text "%%%"'];
}
