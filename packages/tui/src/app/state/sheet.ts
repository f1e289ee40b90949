/**
 * The sheet that is open, as data; null is none. Each kind keeps its own fields here and has a definition in
 * `sheets/` (how high it is, what it draws, what a key does). Texts that must survive closing live in `drafts`.
 */
export type Sheet =
  /** `?`: the keys of the registry. */
  { readonly kind: 'keys'; readonly search: string; readonly scroll: number };

export type SheetKind = Sheet['kind'];
export type SheetOf<K extends SheetKind> = Extract<Sheet, { readonly kind: K }>;
