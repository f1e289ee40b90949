/** Every state of an agent in `ls` and `--json`. */
export const stateWords: readonly string[] =
  'queued provisioning starting working waiting done idle error unknown paused stopped lost unreachable'.split(' ');

/** Reasons that may go with a state; providers of your own may have more. */
export const reasonWords: readonly string[] =
  'permission question plan auth rate-limit usage-limit api crash start'.split(' ');
