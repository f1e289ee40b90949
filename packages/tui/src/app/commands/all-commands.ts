import { actCommands } from './act-commands.ts';
import { appCommands } from './app-commands.ts';
import type { Command } from './command.ts';
import { findCommands } from './find-commands.ts';
import { moveCommands } from './move-commands.ts';
import { newCommands } from './new-commands.ts';
import { paneCommands } from './pane-commands.ts';
import { talkCommands } from './talk-commands.ts';

/** Every command there is, in the order of help and docs. */
export const allCommands: readonly Command[] = [
  ...talkCommands,
  ...newCommands,
  ...actCommands,
  ...paneCommands,
  ...findCommands,
  ...moveCommands,
  ...appCommands,
];
