import type { Sheet } from '../state/sheet.ts';

/** Lines an open sheet would like, its rule and its hints included. Pure, since the layout of everything else hangs on it. */
export function sheetRows(sheet: Sheet | null): number {
  if (sheet === null) return 0;
  switch (sheet.kind) {
    case 'keys':
      return 11;
  }
}
