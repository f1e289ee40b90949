import { uiOptions } from '../workspace/options.ts';

/** A session of the tmux server on which the UI is to open. */
export interface FoundSession {
  readonly id: string;
  readonly name: string;
  readonly isUi: boolean;
  readonly listPaneId: string;
  readonly fleet: string;
}

/** For `list-sessions -F`. The name comes last: it may hold anything. */
export const sessionFormat = `#{session_id} #{?${uiOptions.session},1,0} #{?${uiOptions.list},#{${uiOptions.list}},-} #{?${uiOptions.fleet},#{${uiOptions.fleet}},-} #{session_name}`;
/** For `list-clients -F`: sessions that a person looks at. Our own control connections do not count. */
export const clientFormat = '#{client_control_mode} #{session_id}';

export function parseSession(line: string): FoundSession | null {
  const match = /^(\$\d+) ([01]) (\S+) (\S+) (.*)$/su.exec(line);
  if (match === null) return null;
  const [, id = '', isUi = '', listPaneId = '', fleet = '', name = ''] = match;
  return { id, name, isUi: isUi === '1', listPaneId, fleet };
}

/** A UI session of the same fleet that nobody looks at, or the first free name for a new one. */
export function chooseSession(
  sessions: readonly FoundSession[],
  watched: ReadonlySet<string>,
  fleet: string,
): { readonly take: FoundSession } | { readonly name: string } {
  const idle = sessions.find((session) => session.isUi && session.fleet === fleet && !watched.has(session.id));
  if (idle !== undefined) return { take: idle };
  const taken = new Set(sessions.map((session) => session.name));
  let name = 'swarm';
  for (let number = 2; taken.has(name); number++) name = `swarm-${number}`;
  return { name };
}
