import type { AgentRecord } from '@swarm-tui/hub/client';
import { cleanName } from '../layout/clean-text.ts';
import { insertPaste } from '../editing/text-field.ts';
import { draftField, messageDraft } from '../sheets/drafts.ts';
import { type AppState, selectedAgent } from '../state/app-state.ts';
import type { Command, CommandContext } from './command.ts';
import { agentOfPane, hasAgent, targetAgents } from './targets.ts';

/** A leader key gives the pane it was pressed in; anything else is text from the palette or a paste. */
function readArgument(
  state: AppState,
  argument: string | undefined,
): { agent?: AgentRecord | undefined; text: string } {
  if (argument === undefined || argument === '') return { text: '' };
  return /^%\d+$/u.test(argument) ? { agent: agentOfPane(state, argument), text: '' } : { text: argument };
}

function prompt(context: CommandContext, argument?: string): void {
  const state = context.getState();
  const { agent = selectedAgent(state), text } = readArgument(state, argument);
  if (agent === undefined) return context.runCommand('new', text);
  const field = insertPaste(draftField(state, messageDraft([agent.id])), text);
  const name = cleanName(agent.name);
  context.dispatch({ type: 'sheet.open', sheet: { kind: 'prompt', agentId: agent.id, name, field, note: '' } });
}

function message(context: CommandContext, argument?: string): void {
  const state = context.getState();
  const { agent, text } = readArgument(state, argument);
  const agentIds = (agent === undefined ? targetAgents(state) : [agent]).map(({ id }) => id);
  if (agentIds.length === 0) return;
  const field = insertPaste(draftField(state, messageDraft(agentIds)), text);
  context.dispatch({
    type: 'sheet.open',
    sheet: { kind: 'message', agentIds, field, queue: null, focus: 'text', row: 0, replaces: null },
  });
}

/** Talking to agents: the quick prompt and the message sheet. */
export const talkCommands: readonly Command[] = [
  {
    id: 'prompt',
    title: 'Quick prompt to the selected agent',
    hint: 'prompt',
    group: 'now',
    keys: ['Space'],
    needsHub: true,
    when: ({ hasSnapshot }) => hasSnapshot,
    usage: '<text>',
    run: prompt,
  },
  {
    id: 'message',
    aliases: ['send'],
    title: 'Message, also to the marked ones',
    hint: 'message',
    group: 'agents',
    keys: ['m'],
    leaderKeys: ['m'],
    needsHub: true,
    when: (state) => hasAgent(state) || state.list.marks.size > 0 || state.workspace.panes.length > 0,
    cli: 'send',
    usage: '<text>',
    run: message,
  },
];
