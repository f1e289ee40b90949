import type { Environment } from './ui-environment.ts';

const commandLine = /(?<![\w@/.-])swarm-tui(?= (?:--?[a-z]|\[options\]|[a-z]))/g;
/** `swarm-tui` is the program's name as well: only these words make a command of it. */
const firstWords =
  /^ (?:--|\[options\]|(?:spawn|ls|list|send|keys|interrupt|attach|capture|logs|explain|wait|kill|restart|rename|events|hub|doctor|demo|completion|NAME)\b)/;

/** How the person starts the UI: `npm start` in a clone, through npx, or by the program's own name. */
export function callUi(env: Environment): string {
  if (env['SWARM_TUI_CALLED_AS'] === 'npm start') return 'npm start';
  const isNpx = env['npm_command'] === 'exec' && env['npm_lifecycle_event'] === 'npx';
  if (!isNpx) return 'swarm-tui';
  const packages = (env['npm_config_package'] ?? '').split('\n').filter((name) => name !== '');
  return ['npx', ...packages.map((name) => `-p ${name}`), 'swarm-tui'].join(' ');
}

/** A text in which every `swarm-tui COMMAND` can be typed as it stands, however this program was started. */
export function asCalled(text: string, env: Environment): string {
  const called = callUi(env);
  if (called === 'swarm-tui') return text;
  // what npm finds before -- it takes for itself
  const command = called === 'npm start' ? 'npm start --' : called;
  return text.replace(commandLine, (name, at: number) =>
    firstWords.test(text.slice(at + name.length)) ? command : name,
  );
}
