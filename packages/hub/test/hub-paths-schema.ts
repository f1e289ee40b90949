import { z } from 'zod';

/** Paths as they are handed to a test program. */
export const HubPathsSchema = z.object({
  stateDirectory: z.string(),
  socketPath: z.string(),
  fallbackSocketPath: z.string(),
  logPath: z.string(),
});
