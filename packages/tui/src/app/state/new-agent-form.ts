import { nameFromTask } from '@swarm-tui/hub/client';
import { createField, type TextField } from '../editing/text-field.ts';
import type { DirectoryFacts } from '../machine-port.ts';
import type { AppState } from './app-state.ts';
import type { FormMemory } from './memory.ts';
import type { NewAgentForm } from './sheet.ts';

/** Always there, whatever is installed. */
const builtIn = ['demo', 'shell'];

/** A branch for an agent of that name. */
export function branchFromName(name: string): string {
  const words = name.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  return words.join('-').slice(0, 60) || 'agent';
}

/** Providers in the order of ←→: those that are here, then the built-in ones, then those that would have to be installed. */
export function providerChoices({ machine }: Pick<AppState, 'machine'>): readonly string[] {
  const found = machine?.providers ?? [];
  const here = found.filter(({ id, isInstalled }) => isInstalled && !builtIn.includes(id)).map(({ id }) => id);
  const missing = found.filter(({ isInstalled }) => !isInstalled).map(({ id }) => id);
  return [...here, ...builtIn, ...missing.filter((id) => !builtIn.includes(id))];
}

/** Runtimes that could take an agent, `local` first. */
export function runtimeChoices({ fleet }: Pick<AppState, 'fleet'>): readonly string[] {
  const up = [...fleet.runtimes.values()].filter(({ status }) => status === 'up').map(({ id }) => id);
  return ['local', ...up.filter((id) => id !== 'local')];
}

/** Key of the drafts of this form. */
export function formDraft(row: 'task' | 'name'): string {
  return `new:${row}`;
}

/** What nobody has started anything with yet. */
const firstTime: FormMemory = { provider: '', worktree: 'none', runtimeId: 'local', permission: 'ask', model: '' };

type FormState = Pick<AppState, 'machine' | 'fleet' | 'memory' | 'drafts'>;

// A task that was given is a new one: the draft that was left stays for another time.
function startTexts({ drafts }: FormState, task: string): Pick<NewAgentForm, 'task' | 'name' | 'isNameOwn'> {
  const draft = (row: 'task' | 'name'): string => (task === '' ? (drafts.get(formDraft(row)) ?? '') : '');
  const text = task === '' ? draft('task') : task;
  const ownName = draft('name');
  const name = ownName === '' ? nameFromTask(text) : ownName;
  return { task: createField(text, { isMultiline: true }), name: createField(name), isNameOwn: ownName !== '' };
}

function known(choices: readonly string[], wanted: string): string {
  return choices.includes(wanted) ? wanted : (choices[0] ?? wanted);
}

interface FormPlace {
  readonly directory: string;
  /** What the last values are remembered by. */
  readonly place: string;
  readonly task?: string | undefined;
  /** Offered where nothing is remembered. */
  readonly defaultAgent?: string | undefined;
}

// Before it is known what is here, what was wanted is believed.
function startProvider(state: FormState, last: string, defaultAgent: string): string {
  // What could not be started the last time, since it is not here, is not offered again.
  const isGone = state.machine?.providers.some(({ id, isInstalled }) => id === last && !isInstalled) === true;
  const wanted = last === '' || isGone ? defaultAgent : last;
  return state.machine === null && wanted !== '' ? wanted : known(providerChoices(state), wanted);
}

/** A form for a directory: as it was filled in there the last time, with the draft that was left. */
export function createForm(
  state: FormState,
  { directory, place, task = '', defaultAgent = '' }: FormPlace,
): NewAgentForm {
  const last = state.memory.forms[place] ?? firstTime;
  const texts = startTexts(state, task);
  return {
    ...texts,
    provider: startProvider(state, last.provider, defaultAgent),
    directory: createField(directory),
    worktree: last.worktree,
    branch: createField(branchFromName(texts.name.text)),
    isBranchOwn: false,
    runtimeId: known(runtimeChoices(state), last.runtimeId),
    permission: last.permission,
    model: createField(last.model),
  };
}

/** The same form with another task: name and branch follow until the person writes them. */
export function withTask(form: NewAgentForm, task: TextField): NewAgentForm {
  const next = { ...form, task };
  return form.isNameOwn ? next : withName(next, createField(nameFromTask(task.text)), false);
}

/** The same form with another name; the branch follows until the person writes it. */
export function withName(form: NewAgentForm, name: TextField, isNameOwn = true): NewAgentForm {
  const branch =
    form.isBranchOwn || form.worktree === 'existing' ? form.branch : createField(branchFromName(name.text));
  return { ...form, name, isNameOwn, branch };
}

/** The next way to get a worktree: none, a new branch, then each branch there is. */
export function stepWorktree(form: NewAgentForm, place: DirectoryFacts | null, step: 1 | -1): NewAgentForm {
  if (place !== null && place.repository === null) return { ...form, worktree: 'none' };
  const branches = place?.branches ?? [];
  const at = { none: 0, new: 1, existing: 2 + Math.max(0, branches.indexOf(form.branch.text)) }[form.worktree];
  const count = 2 + branches.length;
  const next = (at + step + count) % count;
  if (next === 0) return { ...form, worktree: 'none' };
  if (next > 1)
    return { ...form, worktree: 'existing', isBranchOwn: false, branch: createField(branches[next - 2] ?? '') };
  const branch = form.isBranchOwn ? form.branch : createField(branchFromName(form.name.text));
  return { ...form, worktree: 'new', branch };
}

/** What is remembered of a form. */
export function memoryOf({ provider, worktree, runtimeId, permission, model }: NewAgentForm): FormMemory {
  return {
    provider,
    // A branch that exists is a thing of that one agent.
    worktree: worktree === 'none' ? 'none' : 'new',
    runtimeId,
    permission,
    model: model.text.slice(0, 128),
  };
}
