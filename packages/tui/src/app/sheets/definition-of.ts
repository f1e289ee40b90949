import type { Sheet } from '../state/sheet.ts';
import type { SheetDefinition } from './sheet-definition.ts';
import { sheetDefinitions } from './sheet-definitions.ts';

/** The definition of a sheet's own kind. */
export function definitionOf<S extends Sheet>(sheet: S): SheetDefinition<S> {
  // The table is keyed by the sheet's own kind, which the compiler cannot follow through a generic.
  return sheetDefinitions[sheet.kind] as unknown as SheetDefinition<S>;
}
