import { type Finding, summarise } from './finding.ts';

const codes: Readonly<Record<Finding['level'], string>> = { ok: '32', warn: '1;33', fail: '1;31', note: '2' };

/** How findings are shown. */
export interface FormatFindingsOptions {
  /** @default false */
  readonly hasColour?: boolean | undefined;
  /** What `--fix` did, a line each; stands first. */
  readonly repairs?: readonly string[] | undefined;
}

/** The findings as `swarm-tui doctor` and the UI show them: a line each, an empty one, and what it comes to. */
export function formatFindings(
  findings: readonly Finding[],
  { hasColour = false, repairs = [] }: FormatFindingsOptions = {},
): string {
  const lines = findings.map(({ level, topic, text }) => {
    const word = hasColour ? `\u001b[${codes[level]}m${level.padEnd(4)}\u001b[0m` : level.padEnd(4);
    return `${word} ${topic.padEnd(12)} ${text.replaceAll('\n', `\n${' '.repeat(18)}`)}`;
  });
  const fixable = findings.filter((finding) => finding.fix !== undefined).map(({ topic }) => topic);
  const advice = fixable.length > 0 ? ` swarm-tui doctor --fix repairs: ${fixable.join(', ')}.` : '';
  return `${[...repairs.map((line) => `done ${line}`), ...lines, '', `${summarise(findings)}.${advice}`].join('\n')}\n`;
}
