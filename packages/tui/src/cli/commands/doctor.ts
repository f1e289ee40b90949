import * as z from 'zod';
import { type Finding, runChecks } from '../../doctor/finding.ts';
import { formatFindings } from '../../doctor/format-findings.ts';
import { exitCodes } from '../exit-codes.ts';
import { formatJson } from '../output/json.ts';
import { type AddCommand, type CommandHost, readOptions, wantsColour } from './command.ts';

/** `doctor`: checks this machine and says how to repair what is wrong; `--fix` repairs what can be repaired without loss. */
export const addDoctor: AddCommand = (program, host) => {
  program
    .command('doctor')
    .description('check this machine and repair it')
    .option('--fix', 'repair what can be repaired without loss')
    .action(async (_options, command) => doctor(host, readOptions(command, { fix: z.boolean().default(false) })));
};

async function doctor(
  host: CommandHost,
  { fix, json, color }: { fix: boolean; json: boolean; color: boolean | string },
): Promise<void> {
  const { context } = host;
  const before = await runChecks(await context.loadChecks(), context.signal);
  const repairs = fix ? await repair(before) : [];
  const findings = repairs.length > 0 ? await runChecks(await context.loadChecks(), context.signal) : before;
  if (findings.some(({ level }) => level === 'fail')) host.exitWith(exitCodes.failed);
  if (json)
    return context.write(
      formatJson('doctor', {
        repairs,
        findings: findings.map(({ fix: canFix, ...rest }) => ({ ...rest, fixable: canFix !== undefined })),
      }),
    );
  const hasColour = wantsColour(context, color);
  return context.write(context.asCalled(formatFindings(findings, { hasColour, repairs })), { colours: hasColour });
}

async function repair(findings: readonly Finding[]): Promise<readonly string[]> {
  const done: string[] = [];
  for (const { fix } of findings) if (fix !== undefined) done.push(await fix());
  return done;
}
