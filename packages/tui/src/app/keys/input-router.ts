import type { Command, CommandContext } from '../commands/command.ts';
import { errorKind, errorText } from '../commands/error-text.ts';
import { availability, type CommandRegistry } from '../commands/registry.ts';
import type { AppState } from '../state/app-state.ts';
import type { Sheet } from '../state/sheet.ts';
import { editsWith } from '../editing/edit-field.ts';
import { definitionOf } from '../sheets/definition-of.ts';
import { type FilterKey, filterKey } from './filter-keys.ts';
import type { InputEvent } from './key.ts';
import { hitTest } from './hit-test.ts';

/** What a person typed or clicked. */
type Typed = Extract<InputEvent, { readonly type: 'key' | 'paste' | 'mouse' }>;

/** Sheets with a field to write in. */
const hasText: ReadonlySet<Sheet['kind']> = new Set(['prompt', 'message', 'new-agent', 'rename', 'palette']);

function hasError(toasts: AppState['toasts']): boolean {
  return toasts.some(({ kind }) => kind === 'error');
}

/** Sends each piece of input to whom it belongs: the sheet, the filter line, or the registry. Nothing else handles keys. */
export class InputRouter {
  readonly #context: CommandContext;
  readonly #registry: CommandRegistry;

  constructor(context: CommandContext, registry: CommandRegistry) {
    this.#context = context;
    this.#registry = registry;
  }

  readonly handle = (event: InputEvent): void => {
    const { dispatch, getState } = this.#context;
    if (event.type === 'focus') return dispatch({ type: 'terminal.focus', hasFocus: event.hasFocus });
    if (event.type === 'background' || event.type === 'cursor-position') return;
    dispatch({ type: 'touched' });
    if (this.#context.services.workspace.take(event) || event.type === 'mark') return;
    const state = getState();
    if (event.type === 'leader') {
      dispatch({ type: 'leader', paneId: event.paneId });
      return this.run(this.#registry.forLeaderKey(event.key), event.paneId ?? '');
    }
    for (const piece of this.#escapes(event, state) ?? [event]) this.#toPlace(piece);
  };

  #toPlace(event: Typed): void {
    const state = this.#context.getState();
    if (state.sheet !== null) return this.#toSheet(state.sheet, event);
    this.#toList(event, state);
  }

  /** Esc with a key right behind it looks like Alt with that key; where Alt means nothing, it was those two. */
  #escapes(event: Typed, { sheet }: AppState): readonly Typed[] | null {
    if (event.type !== 'key' || !/^Alt\+.$/u.test(event.key)) return null;
    const isBound =
      sheet === null ? this.#registry.forKey(event.key) !== undefined : hasText.has(sheet.kind) && editsWith(event.key);
    const key = event.key.slice('Alt+'.length);
    return isBound
      ? null
      : [
          { type: 'key', key: 'Esc', text: '' },
          { type: 'key', key, text: key },
        ];
  }

  /** Runs a command if it applies now; failures become a toast. */
  run(command: Command | undefined, argument?: string): void {
    if (command === undefined) return;
    const { dispatch, getState } = this.#context;
    const answer = availability(command, getState());
    if (answer === 'hub')
      return dispatch({ type: 'toast', kind: 'info', text: `${command.title} waits for the hub. Ctrl+L dials it now` });
    if (answer === 'no' && command.whyNot !== undefined)
      return dispatch({ type: 'toast', kind: 'info', text: command.whyNot(getState()) });
    if (answer === 'yes') this.#guard(() => command.run(this.#context, argument));
  }

  // An error that is told inside a sheet is what Esc takes away first.
  #toSheet(sheet: Sheet, event: InputEvent): void {
    const { dispatch, getState } = this.#context;
    const isEsc = event.type === 'key' && event.key === 'Esc';
    if (isEsc && hasError(getState().toasts)) return dispatch({ type: 'toast.hide' });
    this.#guard(() => definitionOf(sheet).onInput(sheet, event, this.#context));
  }

  #toList(event: Typed, state: AppState): void {
    if (event.type === 'mouse') return hitTest(event.mouse, this.#context, this.#registry);
    if (state.list.filter?.isEditing === true) return this.#toFilter(filterKey(event, state.list.filter.text));
    if (event.type === 'paste') return this.run(this.#registry.find('prompt'), event.text);
    this.run(this.#registry.forKey(event.key));
  }

  #toFilter(key: FilterKey): void {
    const { dispatch } = this.#context;
    switch (key.type) {
      case 'text':
        return dispatch({ type: 'filter.text', text: key.text });
      case 'keep':
        return dispatch({ type: 'filter.keep' });
      case 'cancel':
        return dispatch({ type: 'filter.cancel' });
      case 'move':
        return dispatch({ type: 'cursor.move', count: key.count });
      case 'nothing':
    }
  }

  #guard(act: () => void | Promise<void>): void {
    const { dispatch } = this.#context;
    const fail = (error: unknown): void => dispatch({ type: 'toast', kind: errorKind(error), text: errorText(error) });
    try {
      const ended = act();
      if (ended instanceof Promise) ended.catch(fail);
    } catch (error) {
      fail(error);
    }
  }
}
