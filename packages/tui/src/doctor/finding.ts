/** What one check found. */
export interface Finding {
  readonly level: 'ok' | 'warn' | 'fail' | 'note';
  readonly topic: string;
  /** What is so, and where something is wrong, what to do. */
  readonly text: string;
  /** Repairs it; present only where `doctor --fix` can do so without loss. Says what it did. */
  readonly fix?: (() => Promise<string>) | undefined;
}

/** A check. It never rejects: what it cannot find out is a finding too. */
export type Check = (signal: AbortSignal) => Promise<readonly Finding[]>;

/** Runs checks side by side, in the order given, each with its own time limit. */
export async function runChecks(
  checks: readonly Check[],
  signal: AbortSignal,
  limitMs = 10_000,
): Promise<readonly Finding[]> {
  const results = checks.map(async (check) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
    const over = Promise.withResolvers<never>();
    const end = (): void => over.reject(limit.reason);
    limit.addEventListener('abort', end, { once: true });
    if (limit.aborted) end();
    try {
      return await Promise.race([check(limit), over.promise]);
    } catch (error) {
      const text = `could not be checked: ${error instanceof Error ? error.message : String(error)}`;
      return [{ level: 'fail', topic: check.name.replace(/^check/, '').toLowerCase(), text } satisfies Finding];
    }
  });
  return (await Promise.all(results)).flat();
}

/** `1 failed, 2 warnings` or `all good`. */
export function summarise(findings: readonly Finding[]): string {
  const count = (level: Finding['level']): number => findings.filter((finding) => finding.level === level).length;
  const failed = count('fail');
  const warnings = count('warn');
  const parts = [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(warnings > 0 ? [`${warnings} warning${warnings === 1 ? '' : 's'}`] : []),
  ];
  return parts.length === 0 ? 'all good' : parts.join(', ');
}
