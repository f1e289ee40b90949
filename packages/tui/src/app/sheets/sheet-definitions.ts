import { choiceSheet } from './choice-sheet.ts';
import { explainSheet } from './explain-sheet.ts';
import { keysSheet } from './keys-sheet.ts';
import { messageSheet } from './message-sheet.ts';
import { newAgentSheet } from './new-agent-sheet.ts';
import { paletteSheet } from './palette-sheet.ts';
import { promptSheet } from './prompt-sheet.ts';
import { renameSheet } from './rename-sheet.ts';
import type { SheetDefinitions } from './sheet-definition.ts';
import { textSheet } from './text-sheet.ts';

/** Every kind of sheet. */
export const sheetDefinitions: SheetDefinitions = {
  keys: keysSheet,
  prompt: promptSheet,
  message: messageSheet,
  'new-agent': newAgentSheet,
  choice: choiceSheet,
  rename: renameSheet,
  palette: paletteSheet,
  text: textSheet,
  explain: explainSheet,
};
