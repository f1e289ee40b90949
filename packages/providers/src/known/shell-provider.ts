import { basename } from 'node:path';
import type { Provider } from '@swarm-tui/core';

const commonShells = ['sh', 'bash', 'zsh', 'fish', 'dash', 'ksh', 'tcsh', 'nu', 'pwsh'];

/** A plain shell as an agent: at rest when it is itself in the foreground, or by its OSC 133 marks. */
export function createShellProvider(shell: string): Provider {
  return {
    id: 'shell',
    title: 'Shell',
    program: null,
    installHint: '',
    launch({ env, task, extraArgs = [] }) {
      // The shell of the person who asks, who may sit at another machine than this process.
      const program = env?.SHELL || shell;
      return {
        command: [program, ...extraArgs],
        env: {},
        prompt: task.trim() === '' ? 'none' : 'typed',
        conversationId: null,
      };
    },
    rules: [],
    restingPrograms: [...new Set([...commonShells, basename(shell)])],
    isLineOriented: true,
    interruptKeys: ['C-c'],
    // Used where no prompt was seen yet: most end like this.
    emptyInput: '(?:^|[$#%>❯➜»›λ:\\])])$',
  };
}
