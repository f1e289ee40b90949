import { createContext } from 'react';
import { CommandRegistry } from '../commands/registry.ts';

/** The registry in use, rebinding included; empty outside the app. */
export const RegistryContext = createContext<CommandRegistry>(new CommandRegistry([]));
