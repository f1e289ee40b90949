import { sharersOf } from '@swarm-tui/hub/client';
import type { CommandContext } from '../commands/command.ts';
import { cleanName } from '../layout/clean-text.ts';
import type { AppState } from '../state/app-state.ts';
import { createForm, formDraft, memoryOf } from '../state/new-agent-form.ts';
import { rememberForm } from '../state/memory.ts';
import type { NewAgentForm, SheetOf } from '../state/sheet.ts';

type NewAgentSheet = SheetOf<'new-agent'>;

/** Opens the form at once; what is known of the directory comes later. */
export async function openNewAgent(context: CommandContext, task?: string): Promise<void> {
  const { services, getState, dispatch } = context;
  const directory = services.directories.shorten(services.directory);
  const { defaultAgent } = services.machine;
  const form = createForm(getState(), { directory, place: services.directory, task, defaultAgent });
  dispatch({
    type: 'sheet.open',
    sheet: { kind: 'new-agent', form, focus: 'task', place: null, overlap: [], completions: [], isStarting: false },
  });
  await lookAtPlace(context);
}

function runningIn({ fleet }: AppState, path: string): readonly string[] {
  const names: string[] = [];
  for (const { directory, lifecycle, name } of fleet.agents.values()) {
    if (directory === path && lifecycle === 'running') names.push(name);
  }
  return names;
}

/** Asks what the directory of the open form is: branches, and whether there is a repository at all. */
export async function lookAtPlace({ services, getState, dispatch }: CommandContext): Promise<void> {
  const { sheet } = getState();
  if (sheet?.kind !== 'new-agent') return;
  const typed = sheet.form.directory.text;
  const path = services.directories.resolve(typed);
  const place = await services.directories.describe(path);
  const now = getState().sheet;
  if (now?.kind !== 'new-agent' || now.form.directory.text !== typed) return;
  const form = place.repository === null ? ({ ...now.form, worktree: 'none' } as const) : now.form;
  dispatch({ type: 'sheet.update', sheet: { ...now, form, place, overlap: runningIn(getState(), path) } });
}

function request(context: CommandContext, form: NewAgentForm) {
  const { services } = context;
  const name = form.name.text.trim();
  const model = form.model.text.trim();
  const branch = form.branch.text.trim();
  return {
    aiProvider: form.provider,
    task: form.task.text,
    workingDirectory: services.directories.resolve(form.directory.text),
    runtimeId: form.runtimeId,
    autoPilot: form.permission === 'autopilot',
    env: { ...services.agentEnvironment() },
    ...(name === '' ? {} : { name }),
    ...(model === '' ? {} : { aiModel: model }),
    ...(form.worktree === 'none' || branch === '' ? {} : { worktree: { branch } }),
  };
}

/** Starts what the form says. `go` puts the cursor on the new agent, `stay` leaves it where it is. */
export async function startAgent(context: CommandContext, sheet: NewAgentSheet, then: 'go' | 'stay'): Promise<void> {
  const { services, getState, dispatch } = context;
  dispatch({ type: 'sheet.update', sheet: { ...sheet, isStarting: true } });
  try {
    const agent = await services.hub.request('agent.spawn', request(context, sheet.form));
    const place = sheet.place?.repository ?? services.directories.resolve(sheet.form.directory.text);
    const memory = rememberForm(getState().memory, place, memoryOf(sheet.form));
    dispatch({ type: 'memory', memory: rememberForm(memory, services.directory, memoryOf(sheet.form)) });
    dispatch({ type: 'draft', key: formDraft('task'), text: '' });
    dispatch({ type: 'draft', key: formDraft('name'), text: '' });
    if (getState().sheet?.kind === 'new-agent') dispatch({ type: 'sheet.close' });
    if (then === 'go') dispatch({ type: 'cursor.to', key: agent.id });
    else dispatch({ type: 'toast', kind: 'info', text: `${agent.name} starts` });
    const others = sharersOf(agent, [...getState().fleet.agents.values()]).map(({ name }) => cleanName(name));
    if (others.length > 0) {
      const text = `${cleanName(agent.name)} shares its worktree with ${others.join(', ')}`;
      dispatch({ type: 'toast', kind: 'info', text });
    }
  } catch (error) {
    const now = getState().sheet;
    // The form stays as it was filled in; the error stands below it.
    if (now?.kind === 'new-agent') dispatch({ type: 'sheet.update', sheet: { ...now, isStarting: false } });
    throw error;
  }
}
