/** A fact that an agent wrote to its terminal beside its text. Texts in it are sanitised. */
export type Signal =
  /** OSC 0 or 2. */
  | { readonly type: 'title'; readonly title: string }
  /** OSC 9, 99 or 777: a notification for the person. */
  | { readonly type: 'notice'; readonly text: string }
  /** OSC 9;4: `percent` is null where the program gives none. */
  | {
      readonly type: 'progress';
      readonly state: 'none' | 'normal' | 'error' | 'busy' | 'paused';
      readonly percent: number | null;
    }
  /** OSC 133: where a shell's prompt, input, output and end of a command are. */
  | { readonly type: 'prompt-mark'; readonly mark: 'A' | 'B' | 'C' | 'D'; readonly exitCode: number | null }
  /** OSC 7501: the agent says its own state. */
  | StateSignal
  | { readonly type: 'bell' }
  | { readonly type: 'alternate-screen'; readonly isOn: boolean };

/** OSC 7501 as it came: `state=blocked:app=codex:kind=permission`, and in ours `detail` (percent-encoded) and `until` (epoch ms). */
export interface StateSignal {
  readonly type: 'state';
  readonly state: string;
  readonly app: string | null;
  readonly kind: string | null;
  readonly detail: string | null;
  /** When a limit ends, milliseconds since the epoch. */
  readonly until: number | null;
}
