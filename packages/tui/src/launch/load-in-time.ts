/** What became of a runtime of the config file. */
export type LoadedRuntime<Runtime> =
  | { readonly id: string; readonly runtime: Runtime; readonly problem: null }
  | { readonly id: string; readonly runtime: null; readonly problem: string };

/** Longer than any import takes, and shorter than who starts a hub waits for it. */
const loadMs = 5_000;

/** Loads all at once; one that fails or hangs is a problem of its own, and its agents are unreachable until the next start. */
export function loadInTime<Spec, Runtime>(
  specs: Readonly<Record<string, Spec>>,
  load: (spec: Spec) => Promise<Runtime>,
  timeoutMs: number = loadMs,
): Promise<readonly LoadedRuntime<Runtime>[]> {
  const all = Object.entries(specs).map(async ([id, spec]): Promise<LoadedRuntime<Runtime>> => {
    try {
      return { id, runtime: await within(timeoutMs, load(spec)), problem: null };
    } catch (error) {
      return { id, runtime: null, problem: String(error) };
    }
  });
  return Promise.all(all);
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`it was not loaded within ${ms / 1000} s`)), ms);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
