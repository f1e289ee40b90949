import { ConfigError } from './config-error.ts';
import { Config } from './config-schema.ts';
import { loadConfig, type LoadConfigOptions } from './load-config.ts';

/** The configuration, or the defaults where the file is wrong, which is said elsewhere. */
export function loadConfigLeniently(options: LoadConfigOptions): Config {
  try {
    return loadConfig(options);
  } catch (error) {
    if (error instanceof ConfigError) return Config.parse({});
    throw error;
  }
}
