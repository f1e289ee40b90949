import { uiOptions } from '../workspace/options.ts';

/** A session of the tmux server on which the UI is to open. */
export interface FoundSession {
  readonly id: string;
  readonly name: string;
  readonly isUi: boolean;
  readonly listPaneId: string;
  readonly fleet: string;
  /** By which start it was taken over last, from `makeClaim`; `-` for none. */
  readonly claim: string;
  /** When somebody began to look at it last, in seconds since the epoch; 0 for never. */
  readonly seenAt: number;
  /** Seconds since the epoch while nobody has looked at it since it was made or taken over, else 0. */
  readonly unseenSince: number;
}

/** Another start has made it or taken it over a moment ago, and its terminal is on the way. */
const arrivalSeconds = 10;

/** Gives `FoundSession.claim`. */
export const claimFormat = `#{?${uiOptions.claim},#{${uiOptions.claim}},-}`;

/** What a start claims a session with that it found. Unique, and it tells what came before it from what came after. */
export function makeClaim({ seenAt }: FoundSession, { nowMs = Date.now(), pid = process.pid } = {}): string {
  return `${Math.floor(nowMs / 1000)}-${pid}-${seenAt}`;
}

/** For `list-sessions -F`. The name comes last: it may hold anything. */
export const sessionFormat = `#{session_id} #{?${uiOptions.session},1,0} #{?${uiOptions.list},#{${uiOptions.list}},-} #{?${uiOptions.fleet},#{${uiOptions.fleet}},-} ${claimFormat} #{session_created} #{?session_last_attached,#{session_last_attached},0} #{session_name}`;
/** For `list-clients -F`: sessions that a person looks at. Our own control connections do not count. */
export const clientFormat = '#{client_control_mode} #{session_id}';

/** Reads a line in `sessionFormat`; null for any other. */
export function parseSession(line: string): FoundSession | null {
  const match = /^(\$\d+) ([01]) (\S+) (\S+) (\S+) (\d+) (\d+) (.*)$/su.exec(line);
  if (match === null) return null;
  const [, id = '', isUi = '', listPaneId = '', fleet = '', claim = '', created = '', seen = '', name = ''] = match;
  const seenAt = Number(seen);
  return {
    id,
    name,
    isUi: isUi === '1',
    listPaneId,
    fleet,
    claim,
    seenAt,
    unseenSince: unseen(claim, seenAt, Number(created)),
  };
}

// tmux counts whole seconds: a look in the second of the claim may be from before it, unless it is another one
function unseen(claim: string, seenAt: number, created: number): number {
  const [, claimed, seenBefore] = /^(\d+)-\d+-(\d+)$/.exec(claim) ?? [];
  if (claimed === undefined) return seenAt === 0 ? created : 0;
  return seenAt === Number(seenBefore) ? Number(claimed) : 0;
}

/** A UI session of the same fleet that nobody looks at, or the first free name for a new one. */
export function chooseSession(
  sessions: readonly FoundSession[],
  watched: ReadonlySet<string>,
  { fleet, nowMs = Date.now() }: { readonly fleet: string; readonly nowMs?: number },
): { readonly take: FoundSession } | { readonly name: string } {
  const isExpected = ({ unseenSince }: FoundSession): boolean => unseenSince > nowMs / 1000 - arrivalSeconds;
  const idle = sessions.find(
    (session) => session.isUi && session.fleet === fleet && !watched.has(session.id) && !isExpected(session),
  );
  if (idle !== undefined) return { take: idle };
  const taken = new Set(sessions.map((session) => session.name));
  let name = 'swarm';
  for (let number = 2; taken.has(name); number++) name = `swarm-${number}`;
  return { name };
}
