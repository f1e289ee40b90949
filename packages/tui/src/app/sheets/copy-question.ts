import type { AgentRecord } from '@swarm-tui/hub/client';
import type { CommandContext } from '../commands/command.ts';
import { cleanName, cleanText } from '../layout/clean-text.ts';
import { branchOf } from '../layout/row-line.ts';
import type { AppState } from '../state/app-state.ts';
import type { SheetOf } from '../state/sheet.ts';
import { formatPlural } from '../theme/format.ts';
import { agentsOf } from './agent-facts.ts';
import type { Choice, Question } from './question.ts';

function copier(what: string, read: (context: CommandContext) => string | Promise<string>): Choice['run'] {
  return async (context) => {
    const text = await read(context);
    await context.services.copy(text);
    context.dispatch({ type: 'toast', kind: 'info', text: `Copied ${what}` });
  };
}

function fromAll(agents: readonly AgentRecord[], read: (agent: AgentRecord) => string): string {
  return agents
    .map(read)
    .filter((text) => text !== '')
    .join('\n');
}

async function visibleText({ services }: CommandContext, agents: readonly AgentRecord[]): Promise<string> {
  const frames = await Promise.all(
    agents.map(({ id }) => services.hub.request('agent.capture', { id, colours: false })),
  );
  return frames
    .map(({ lines }) =>
      lines
        .map((line) => line.trimEnd())
        .join('\n')
        .trimEnd(),
    )
    .join('\n\n');
}

/** `y`: what of it goes to the clipboard. */
export function copyQuestion(sheet: SheetOf<'choice'>, state: AppState): Question {
  const agents = agentsOf(state, sheet.agentIds);
  const [only] = agents;
  const isMany = agents.length > 1;
  const whole = (about: Pick<Choice, 'id' | 'key' | 'label'>, read: (agent: AgentRecord) => string): Choice => {
    const text = fromAll(agents, read);
    const note = isMany ? formatPlural(agents.length, 'line') : cleanText(text);
    return { ...about, note, run: copier(about.label.toLowerCase(), () => text) };
  };
  const hasBranch = agents.some((agent) => branchOf(agent) !== '');
  return {
    title: isMany ? `Copy from ${agents.length} agents` : `Copy from ${cleanName(only?.name ?? '')}`,
    note: 'to the clipboard',
    facts: [],
    choices: [
      whole({ id: 'attach', key: 'y', label: 'Attach command' }, ({ attachCommand }) => attachCommand),
      whole({ id: 'path', key: 'p', label: 'Path' }, ({ directory }) => directory),
      ...(hasBranch ? [whole({ id: 'branch', key: 'b', label: 'Branch' }, branchOf)] : []),
      {
        id: 'screen',
        key: 't',
        label: 'Visible text',
        note: 'the screen as it is now',
        run: copier('visible text', (context) => visibleText(context, agents)),
      },
    ],
  };
}
