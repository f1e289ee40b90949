import { keysSheet } from './keys-sheet.ts';
import type { SheetDefinitions } from './sheet-definition.ts';

/** Every kind of sheet. */
export const sheetDefinitions: SheetDefinitions = { keys: keysSheet };
