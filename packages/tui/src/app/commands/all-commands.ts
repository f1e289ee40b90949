import { appCommands } from './app-commands.ts';
import type { Command } from './command.ts';
import { findCommands } from './find-commands.ts';
import { moveCommands } from './move-commands.ts';
import { paneCommands } from './pane-commands.ts';

/** Every command there is, in the order of help and docs. */
export const allCommands: readonly Command[] = [...paneCommands, ...findCommands, ...moveCommands, ...appCommands];
