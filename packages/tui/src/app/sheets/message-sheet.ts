import type { QueuedMessage } from '@swarm-tui/hub/client';
import type { CommandContext } from '../commands/command.ts';
import { hiddenMarks, nameOf } from '../commands/targets.ts';
import { editField } from '../editing/edit-field.ts';
import { createField } from '../editing/text-field.ts';
import type { InputEvent } from '../keys/key.ts';
import type { AppState } from '../state/app-state.ts';
import type { SheetOf } from '../state/sheet.ts';
import { messageDraft } from './drafts.ts';
import { editInEditor } from './edit-in-editor.ts';
import { hintLine } from './hints.ts';
import { messageBody, shownQueue } from './message-lines.ts';
import { sendMessage, waitText } from './send-message.ts';
import type { SheetDefinition } from './sheet-definition.ts';

type MessageSheet = SheetOf<'message'>;
type Act = (context: CommandContext, sheet: MessageSheet) => void | Promise<void>;

function update(context: CommandContext, sheet: MessageSheet, patch: Partial<MessageSheet>): void {
  context.dispatch({ type: 'sheet.update', sheet: { ...sheet, ...patch } });
}

function onlyAgent({ agentIds }: MessageSheet): string {
  return agentIds.length === 1 ? (agentIds[0] ?? '') : '';
}

async function replace(context: CommandContext, sheet: MessageSheet, messageId: string): Promise<void> {
  const { field } = sheet;
  await context.services.hub.request('agent.queue-edit', {
    id: onlyAgent(sheet),
    messageId,
    action: 'replace',
    text: field.text,
  });
  update(context, sheet, { field: createField('', { isMultiline: true }), replaces: null, focus: 'queue' });
}

async function send(context: CommandContext, sheet: MessageSheet): Promise<void> {
  const { agentIds, field, replaces } = sheet;
  if (field.text.trim() === '') return;
  if (replaces !== null) return replace(context, sheet, replaces);
  const key = messageDraft(agentIds);
  context.dispatch({ type: 'draft', key, text: '' });
  context.dispatch({ type: 'sheet.close' });
  const sent = await sendMessage(context, agentIds, field.text);
  if (sent.length === 0) context.dispatch({ type: 'draft', key, text: field.text });
}

function close(context: CommandContext, sheet: MessageSheet): void {
  if (sheet.replaces === null)
    context.dispatch({ type: 'draft', key: messageDraft(sheet.agentIds), text: sheet.field.text });
  context.dispatch({ type: 'sheet.close' });
}

async function toEditor(context: CommandContext, sheet: MessageSheet): Promise<void> {
  const field = await editInEditor(context, sheet.field);
  if (field !== null) update(context, sheet, { field });
}

const textActs: Readonly<Record<string, Act>> = {
  Enter: send,
  'Ctrl+G': toEditor,
  Tab: (context, sheet) => {
    if (shownQueue(sheet).length > 0) update(context, sheet, { focus: 'queue', row: 0 });
  },
  Esc: close,
};

type QueueAction = 'cancel' | 'send-again' | 'arrived';

// Waiting ones can be taken back; for those in doubt only the person knows.
const allowed: Readonly<Record<QueueAction, readonly QueuedMessage['state'][]>> = {
  cancel: ['queued', 'held'],
  'send-again': ['uncertain'],
  arrived: ['uncertain'],
};

function queueAct(action: QueueAction): Act {
  return async (context, sheet) => {
    const message = shownQueue(sheet)[sheet.row];
    if (message === undefined || !allowed[action].includes(message.state)) return;
    await context.services.hub.request('agent.queue-edit', {
      id: onlyAgent(sheet),
      messageId: message.id,
      action,
    });
    const { messages } = await context.services.hub.request('agent.queue', { id: onlyAgent(sheet) });
    const now = context.getState().sheet;
    if (now?.kind === 'message') update(context, now, { queue: messages });
  };
}

function moveRow(step: 1 | -1): Act {
  return (context, sheet) => {
    const last = shownQueue(sheet).length - 1;
    update(context, sheet, { row: Math.max(0, Math.min(last, sheet.row + step)) });
  };
}

function rewrite(context: CommandContext, sheet: MessageSheet): void {
  const message = shownQueue(sheet)[sheet.row];
  if (message === undefined || !allowed.cancel.includes(message.state)) return;
  context.dispatch({ type: 'draft', key: messageDraft(sheet.agentIds), text: sheet.field.text });
  const field = createField(message.text, { isMultiline: true });
  update(context, sheet, { focus: 'text', replaces: message.id, field });
}

const queueActs: Readonly<Record<string, Act>> = {
  j: moveRow(1),
  Down: moveRow(1),
  k: moveRow(-1),
  Up: moveRow(-1),
  Enter: rewrite,
  x: queueAct('cancel'),
  s: queueAct('send-again'),
  a: queueAct('arrived'),
  Tab: (context, sheet) => update(context, sheet, { focus: 'text' }),
  'Shift+Tab': (context, sheet) => update(context, sheet, { focus: 'text' }),
  Esc: (context, sheet) => update(context, sheet, { focus: 'text' }),
};

function onInput(sheet: MessageSheet, event: InputEvent, context: CommandContext): void | Promise<void> {
  const acts = sheet.focus === 'queue' ? queueActs : textActs;
  const act = event.type === 'key' ? acts[event.key] : undefined;
  if (act !== undefined) return act(context, sheet);
  if (sheet.focus === 'queue') return;
  const field = editField(sheet.field, event);
  if (field !== null) update(context, sheet, { field });
}

function titleOf({ agentIds, replaces }: MessageSheet, state: AppState): string {
  if (agentIds.length > 1) return `Message to ${agentIds.length} agents`;
  return `${replaces === null ? 'Message' : 'Another message'} to ${nameOf(state, agentIds[0] ?? '')}`;
}

function waitOf(sheet: MessageSheet, state: AppState): string {
  if (sheet.agentIds.length === 1) return waitText(state, sheet.agentIds[0] ?? '');
  const hidden = hiddenMarks(state);
  const names = sheet.agentIds.map((id) => nameOf(state, id)).join(', ');
  return `To ${names}${hidden > 0 ? `  (${hidden} hidden)` : ''}`;
}

function hintsOf(sheet: MessageSheet): ReturnType<typeof hintLine> {
  if (sheet.focus === 'queue') {
    const state = shownQueue(sheet)[sheet.row]?.state;
    if (state === 'uncertain') return hintLine(['s', 'send again'], ['a', 'it arrived'], ['Esc', 'to the text']);
    if (state === 'queued' || state === 'held')
      return hintLine(['j k', 'choose'], ['Enter', 'rewrite'], ['x', 'cancel'], ['Esc', 'to the text']);
    return hintLine(['j k', 'choose'], ['Esc', 'to the text']);
  }
  const queue = shownQueue(sheet).length > 0 ? [['Tab', 'queue'] as const] : [];
  const enter = sheet.replaces === null ? 'send' : 'replace it';
  return hintLine(['Enter', enter], ['Alt+Enter', 'line'], ['^G', 'editor'], ...queue, ['Esc', 'keep draft']);
}

/** `m`: a message with its queue; to the marked ones as a broadcast. */
export const messageSheet: SheetDefinition<MessageSheet> = {
  content: (sheet, state, look) => ({
    title: titleOf(sheet, state),
    note: 'markdown is sent as written',
    body: messageBody(sheet, state, { ...look, wait: waitOf(sheet, state) }),
    hints: hintsOf(sheet),
  }),
  onInput,
};
