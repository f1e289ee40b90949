/** Something that tmux, or the connection to it, reports by itself. Ids are tmux's own: `$n`, `@n`, `%n`. */
export type TmuxEvent =
  /** Raw bytes that the program in a pane wrote. `data` is valid during the call only: copy what you keep. */
  | { readonly type: 'output'; readonly paneId: string; readonly data: Uint8Array }
  | { readonly type: 'session-changed'; readonly sessionId: string; readonly name: string }
  | { readonly type: 'session-renamed'; readonly sessionId: string; readonly name: string }
  | { readonly type: 'session-window-changed'; readonly sessionId: string; readonly windowId: string }
  | { readonly type: 'sessions-changed' }
  | { readonly type: 'window-add'; readonly windowId: string }
  | { readonly type: 'window-close'; readonly windowId: string }
  | { readonly type: 'window-renamed'; readonly windowId: string; readonly name: string }
  | { readonly type: 'window-pane-changed'; readonly windowId: string; readonly paneId: string }
  | { readonly type: 'unlinked-window-add'; readonly windowId: string }
  | { readonly type: 'unlinked-window-close'; readonly windowId: string }
  | { readonly type: 'unlinked-window-renamed'; readonly windowId: string; readonly name: string }
  | { readonly type: 'layout-change'; readonly windowId: string; readonly layout: string }
  | { readonly type: 'pane-mode-changed'; readonly paneId: string }
  | { readonly type: 'client-detached'; readonly client: string }
  | {
      readonly type: 'client-session-changed';
      readonly client: string;
      readonly sessionId: string;
      readonly name: string;
    }
  /** A subscribed format has a new value. Ids are null where the format was asked of something wider. */
  | {
      readonly type: 'subscription';
      readonly name: string;
      readonly sessionId: string | null;
      readonly windowId: string | null;
      readonly paneId: string | null;
      readonly value: string;
    }
  /** tmux dropped output of a pane because we were slow; the transport goes on by itself, the screen must be captured. */
  | { readonly type: 'pause'; readonly paneId: string }
  | { readonly type: 'continue'; readonly paneId: string }
  | { readonly type: 'message'; readonly text: string }
  /** tmux ended the connection; `disconnected` follows. */
  | { readonly type: 'exit'; readonly reason: string }
  /** Somebody killed the hidden session: it is there again, but every link into it has to be made anew. */
  | { readonly type: 'session-remade' }
  /**
   * The connection is lost and is being made again; or the server stands still (reason `silent`). Events between this and
   * `reconnected` may be lost.
   */
  | { readonly type: 'disconnected'; readonly reason: string }
  | { readonly type: 'reconnected' };
