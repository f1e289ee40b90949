import { spawnSync } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { launcher, World } from './harness/world.ts';

interface Shell {
  readonly command: readonly string[];
  readonly setUp: string;
}

const shells: Readonly<Record<string, Shell>> = {
  bash: {
    command: ['bash', '--norc', '--noprofile', '-i'],
    setUp: 'eval "$(swarm-tui completion bash)"',
  },
  zsh: {
    command: ['zsh', '-f', '-i'],
    setUp: 'autoload -Uz compinit; compinit -u -D; eval "$(swarm-tui completion zsh)"',
  },
  fish: {
    command: ['fish', '--no-config', '-i'],
    setUp: 'swarm-tui completion fish | source',
  },
};

/** A shell in a terminal: what is typed, Tab included, and what then stands there. */
class ShellPane {
  readonly #world: World;

  private constructor(world: World) {
    this.#world = world;
  }

  static async open(world: World, { command, setUp }: Shell): Promise<ShellPane> {
    const script = `#!/bin/sh\nexec "${process.execPath}" "${launcher}" "$@"\n`;
    const program = await world.writeFile('bin/swarm-tui', script);
    await chmod(program, 0o755);
    const path = `PATH=${join(world.directory, 'bin')}:${world.env['PATH'] ?? ''}`;
    const pane = new ShellPane(world);
    await pane.#tmux('new-session', '-d', '-x', '200', '-y', '50', 'env', path, 'PS1=$ ', ...command);
    await pane.type(`${setUp}; echo re""ady\n`);
    await pane.see(/^ready/m);
    return pane;
  }

  async type(text: string): Promise<void> {
    const keys = text.split(/([\t\n])/).filter((piece) => piece !== '');
    for (const key of keys) {
      const named = key === '\t' ? ['Tab'] : key === '\n' ? ['Enter'] : ['-l', '--', key];
      await this.#tmux('send-keys', '-t', '0', ...named);
    }
  }

  /** Types what Tab completes, waits for it, and leaves an empty line. */
  async completes(text: string, wanted: RegExp): Promise<void> {
    await this.type(`${text}\t`);
    await this.see(wanted);
    await this.#tmux('send-keys', '-t', '0', 'C-c');
    await this.type('clear; echo em""pty\n');
    await this.see(/^empty/m);
  }

  async see(wanted: RegExp): Promise<void> {
    const look = async (): Promise<void> => {
      const screen = await this.#tmux('capture-pane', '-p', '-J', '-t', '0');
      if (!wanted.test(screen)) throw new Error(`no ${wanted} in\n${screen}`);
    };
    await vi.waitFor(look, { timeout: 20_000, interval: 100 });
  }

  async #tmux(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.#world.run('tmux', ['-L', 'shells', '-f', '/dev/null', ...args]);
    if (code !== 0) throw new Error(`tmux ${args.join(' ')}: ${stderr}`);
    return stdout;
  }
}

const isThere = (name: string): boolean => spawnSync(name, ['--version']).error === undefined;

describe.each(Object.entries(shells))('completion in %s', (name, shell) => {
  it.skipIf(!isThere(name))('offers commands, values and names', async () => {
    await using world = await World.create();
    await world.cli('spawn', 'shell', '--name', 'odd.name_1', '--', 'sleep', '1000');
    const pane = await ShellPane.open(world, shell);
    await pane.completes('swarm-tui spa', /swarm-tui spawn/);
    await pane.completes('swarm-tui spawn cla', /swarm-tui spawn claude/);
    await pane.completes('swarm-tui spawn --workt', /spawn --worktree/);
    await pane.completes('swarm-tui wait odd --for sto', /--for stopped/);
    await pane.completes('swarm-tui ls --color al', /--color always/);
    await pane.completes('swarm-tui ls --color=al', /--color=always/);
    await pane.type('swarm-tui capture od\t');
    await pane.see(/capture odd\.name_1/);
    await pane.type(' --json\n');
    await pane.see(/"kind":"screen","name":"odd\.name_1"/);
    expect(await world.run('ls', [world.work])).toMatchObject({ stdout: '' });
  });
});
