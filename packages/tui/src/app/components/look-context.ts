import { createContext, useContext } from 'react';
import { unicodeGlyphs } from '../theme/glyphs.ts';
import type { Looks } from '../theme/detect.ts';
import { createTheme } from '../theme/tokens.ts';

const LookContext = createContext<Looks>({ theme: createTheme('dark', 'none'), glyphs: unicodeGlyphs });

/** Gives theme and glyphs to everything below it. */
export const LookProvider = LookContext.Provider;

/** Theme and glyphs in use. */
export function useLooks(): Looks {
  return useContext(LookContext);
}
