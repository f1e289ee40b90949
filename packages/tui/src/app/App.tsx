import { type ReactNode, useSyncExternalStore } from 'react';
import type { CommandRegistry } from './commands/registry.ts';
import { LookProvider } from './components/look-context.ts';
import { RegistryContext } from './components/registry-context.ts';
import type { Store } from './state/store.ts';
import type { Looks } from './theme/detect.ts';
import { Screen } from './views/Screen.tsx';
import { ScreenReaderView } from './views/ScreenReaderView.tsx';

/** What the whole UI is drawn from. */
export interface AppProps {
  readonly store: Store;
  readonly registry: CommandRegistry;
  readonly looks: Looks;
  /** One sentence per row instead of columns. */
  readonly isScreenReader: boolean;
}

/** The UI as a function of the store. */
export function App({ store, registry, looks, isScreenReader }: AppProps): ReactNode {
  const state = useSyncExternalStore(store.subscribe, store.getState);
  return (
    <LookProvider value={looks}>
      <RegistryContext value={registry}>
        {isScreenReader ? (
          <ScreenReaderView state={state} registry={registry} />
        ) : (
          <Screen state={state} registry={registry} />
        )}
      </RegistryContext>
    </LookProvider>
  );
}
