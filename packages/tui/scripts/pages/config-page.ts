import * as z from 'zod';
import { Config } from '../../src/config/config-schema.ts';

function describeDefault(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'object' ? '' : `\`${JSON.stringify(value)}\``;
}

function rows(): readonly string[] {
  const { properties = {} } = z.toJSONSchema(Config, { io: 'input' });
  return Object.entries(properties).map(([name, schema]) => {
    const { description = '', default: value, enum: choices } = typeof schema === 'object' ? schema : {};
    const text = [
      description,
      ...(choices === undefined ? [] : [choices.map((choice) => `\`${String(choice)}\``).join(' ')]),
    ].join(': ');
    return `| \`${name}\` | ${describeDefault(value)} | ${text} |`;
  });
}

/** docs/configuration.md: every setting of config.toml, and every environment variable. */
export function renderConfigPage(): string {
  return [
    '# Configuration',
    '',
    '<!-- Made from the config schema by packages/tui/scripts/docs.ts. Do not edit. -->',
    '',
    '`$XDG_CONFIG_HOME/swarm-tui/config.toml` (default `~/.config/swarm-tui/config.toml`), or the file after `--config`. Everything may be left out. A mistake is',
    'named with its line, and the UI then starts with the defaults; `swarm-tui doctor` checks the file too. Agents’ providers and runtimes are read when the hub',
    'starts: `swarm-tui hub stop` makes it read them anew, agents go on.',
    '',
    '| setting | default | |',
    '|---|---|---|',
    ...rows(),
    '',
    '```toml',
    'leader = "C-g"',
    'theme = "light"',
    '',
    '[keys]',
    'split-right = ["|", "%"]',
    '',
    '[leader_keys]',
    'split-right = ["v"]',
    '',
    '[providers.my-agent]          # then: swarm-tui spawn my-agent "a task"',
    'program = "my-agent"',
    'fresh = ["--id", "{conversation}"]',
    'resume = ["--resume", "{conversation}"]',
    'prompt = ["{prompt}"]',
    '',
    '[runtimes.lab]                # then: swarm-tui spawn claude --runtime lab',
    'module = "./lab-runtime.js"   # or an npm package; see guides/adding-a-runtime.md',
    '```',
    '',
    '## Environment',
    '',
    '| variable | |',
    '|---|---|',
    '| `SWARM_TUI_STATE_DIR` | event log, lock and hub log; a directory of its own is a fleet of its own |',
    '| `SWARM_TUI_SOCKET` | where the hub listens |',
    '| `SWARM_TUI_TMUX_SOCKET` | tmux socket name of the agents (`swarm-agents`) |',
    '| `SWARM_TUI_UI_SOCKET` | tmux socket name of the UI outside your own tmux (`swarm-ui`) |',
    '| `NO_COLOR`, `NO_MOTION` | plain looks, no pulse |',
    '| `VISUAL`, `EDITOR` | what `Ctrl+G` opens |',
    '',
  ].join('\n');
}
