import type { CliContext } from '../cli-context.ts';
import { CliError } from '../cli-error.ts';

/**
 * Asks on stderr and takes `y` or `yes` from stdin, typed or piped. Throws `refused` for any other answer, and
 * `wrong-usage` when there is none: what does harm never happens because nobody could be asked.
 */
export async function confirm(context: CliContext, question: string): Promise<void> {
  const answer = await context.ask(`${question} [y/N] `);
  if (answer === null) {
    throw new CliError('wrong-usage', 'Nothing was done: nobody answered.', {
      hint: 'Where nobody can be asked, say --yes.',
    });
  }
  if (!/^y(?:es)?$/i.test(answer.trim())) throw new CliError('refused', 'Nothing was done.');
}
