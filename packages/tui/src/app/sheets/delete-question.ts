import type { AgentRecord, Loss } from '@swarm-tui/hub/client';
import { actOnAll, askForAll, tellOutcome, whoText } from '../commands/act-on-all.ts';
import { cleanText } from '../layout/clean-text.ts';
import { blank, type Line, span } from '../layout/line.ts';
import { branchOf } from '../layout/row-line.ts';
import type { AppState } from '../state/app-state.ts';
import type { SheetOf } from '../state/sheet.ts';
import { formatPlural, formatSpan } from '../theme/format.ts';
import type { GlyphSet } from '../theme/glyphs.ts';
import { agentLines, agentsOf, askTitle, stateSentence } from './agent-facts.ts';
import { leaveChoice } from './act-questions.ts';
import type { Choice, Question } from './question.ts';

type ChoiceSheet = SheetOf<'choice'>;

const UNDO_MS = 30_000;

/** Whether more than commits would go with its worktree, which takes force. */
function needsForce(loss: Loss | undefined): boolean {
  return loss !== undefined && loss.hasWorktree && loss.reasons.length + loss.dirtyFiles.length > 0;
}

function hasLoss(loss: Loss | undefined): boolean {
  return needsForce(loss) || (loss?.hasWorktree === true && loss.unpushedCommits.length > 0);
}

function fileText({ dirtyFiles }: Loss, { of }: GlyphSet): string {
  const shown = dirtyFiles.slice(0, 3).map(({ path, added, removed }) => {
    const minus = removed > 0 ? ` ${of.minus}${removed}` : '';
    return `${path} +${added}${minus}`;
  });
  const more = dirtyFiles.length > 3 ? `, ${dirtyFiles.length - 3} more` : '';
  return cleanText(shown.join(', ') + more);
}

function commitText({ unpushedCommits }: Loss, branch: string, now: number): string {
  const newest = unpushedCommits[0];
  if (newest === undefined) return '';
  return cleanText(`${branch}, newest ${formatSpan(now - newest.at)} ago "${newest.subject}"`);
}

// the files that are not committed have a line of their own
function otherReasons({ reasons }: Loss): readonly string[] {
  return reasons.filter((reason) => !/^\d+ uncommitted change/.test(reason));
}

function lossLines(agent: AgentRecord, loss: Loss, { now, glyphs }: { now: number; glyphs: GlyphSet }): Line[] {
  const fact = (label: string, text: string): Line => [blank(3), span(label.padEnd(24)), span(text, 'dim')];
  const { dirtyFiles, unpushedCommits } = loss;
  const lines: Line[] = otherReasons(loss).map((reason) => fact('would go with it', cleanText(reason)));
  if (dirtyFiles.length > 0)
    lines.push(fact(`${formatPlural(dirtyFiles.length, 'file')} not committed`, fileText(loss, glyphs)));
  if (unpushedCommits.length > 0)
    lines.push(
      fact(`${formatPlural(unpushedCommits.length, 'commit')} not pushed`, commitText(loss, branchOf(agent), now)),
    );
  return lines;
}

function oneFacts(agent: AgentRecord, sheet: ChoiceSheet, look: { now: number; glyphs: GlyphSet }): readonly Line[] {
  const state = stateSentence(agent, look.now);
  const say = (text: string): Line => [blank(3), span(`${state} ${text}`)];
  const loss = sheet.losses.get(agent.id);
  if (sheet.problem !== null) return [say(`What it holds could not be read: ${cleanText(sheet.problem)}`)];
  if (loss === undefined) return [say('Looking at what it holds …')];
  if (!loss.hasWorktree) return [say(`Its directory stays as it is: ${cleanText(agent.directory)}`)];
  const lines = lossLines(agent, loss, look);
  if (lines.length === 0) return [say('Its worktree is clean, and all is pushed.')];
  return [say('Its worktree holds work that is nowhere else:'), ...lines];
}

function lossNote(agent: AgentRecord, losses: ChoiceSheet['losses']): string {
  const loss = losses.get(agent.id);
  if (loss === undefined) return 'looking …';
  if (!loss.hasWorktree) return 'its directory stays';
  if (!hasLoss(loss)) return 'clean';
  const parts = [
    ...(loss.dirtyFiles.length > 0 ? [`${formatPlural(loss.dirtyFiles.length, 'file')} not committed`] : []),
    ...otherReasons(loss).map(cleanText),
    ...(loss.unpushedCommits.length > 0 ? [`${formatPlural(loss.unpushedCommits.length, 'commit')} not pushed`] : []),
  ];
  return parts.join(', ');
}

function removedText(who: string, sheet: ChoiceSheet, worktree: 'keep' | 'remove'): string {
  if (!sheet.agentIds.some((id) => sheet.losses.get(id)?.hasWorktree === true)) return `${who} removed.`;
  const trees = sheet.agentIds.length === 1 ? 'its worktree is' : 'their worktrees are';
  return `${who} removed, ${trees} ${worktree === 'keep' ? 'kept' : 'removed too'}.`;
}

function remove(sheet: ChoiceSheet, worktree: 'keep' | 'remove'): Choice['run'] {
  return async (context) => {
    const { services, dispatch } = context;
    const { worked, problem } = await askForAll(context, sheet.agentIds, (id) => {
      const loss = sheet.losses.get(id);
      // Only files that were on the screen may go: what is committed stays anyway, what is written from now on is kept.
      const force = worktree === 'remove' && needsForce(loss);
      const seen = force ? loss?.fingerprint : undefined;
      return services.hub.request('agent.remove', { id, worktree, force, seen, undoMs: UNDO_MS });
    });
    tellOutcome(context, '', { problem });
    const agentIds = worked.map(({ id }) => id);
    if (agentIds.length === 0) return;
    const until = Math.max(...worked.map(({ value }) => value.removeAt));
    dispatch({ type: 'undo.offer', agentIds, text: removedText(whoText(context, agentIds), sheet, worktree), until });
  };
}

function stop(sheet: ChoiceSheet): Choice['run'] {
  return async (context) => {
    const act = (id: string): Promise<unknown> => context.services.hub.request('agent.stop', { id });
    await actOnAll(context, { agentIds: sheet.agentIds, act, done: (who) => `${who} stopped, R starts it again` });
  };
}

function treeChoice(sheet: ChoiceSheet): readonly Choice[] {
  const losses = sheet.agentIds.map((id) => sheet.losses.get(id));
  // Only when all is known: nobody shall lose what was not on the screen.
  if (losses.includes(undefined) || !losses.some((loss) => loss?.hasWorktree)) return [];
  const isMany = losses.length > 1;
  const files = losses.reduce((sum, loss) => sum + (loss?.hasWorktree ? loss.dirtyFiles.length : 0), 0);
  const isLossy = losses.some(needsForce);
  return [
    {
      id: 'remove-tree',
      label: isMany ? 'Remove agents and worktrees' : 'Remove the agent and its worktree',
      note:
        files > 0
          ? `${formatPlural(files, 'file')} lost after 30s`
          : isLossy
            ? 'lost after 30s'
            : 'commits stay on their branch',
      isHarmful: losses.some(hasLoss),
      run: remove(sheet, 'remove'),
    },
  ];
}

/** `d`: what would be lost, and what can be done with it. */
export function deleteQuestion(sheet: ChoiceSheet, state: AppState, glyphs: GlyphSet): Question {
  const agents = agentsOf(state, sheet.agentIds);
  const [only] = agents;
  const facts =
    agents.length === 1 && only !== undefined
      ? oneFacts(only, sheet, { now: state.now, glyphs })
      : agentLines(agents, (agent) => lossNote(agent, sheet.losses));
  const isMany = agents.length > 1;
  // The record knows it before the loss was told: what stands there must not change under the finger.
  const hasTree = agents.some(
    ({ id, worktree }) => worktree?.created === true || sheet.losses.get(id)?.hasWorktree === true,
  );
  const label = isMany ? 'Remove the agents' : 'Remove the agent';
  const tree = isMany ? ', keep their worktrees' : ', keep the worktree';
  const isRunning = agents.some(({ lifecycle }) => lifecycle === 'running');
  return {
    title: askTitle('Delete', agents),
    note: 'undo with u for 30s',
    facts,
    choices: [
      leaveChoice(agents),
      { id: 'remove', label: hasTree ? label + tree : label, note: 'nothing is lost', run: remove(sheet, 'keep') },
      ...treeChoice(sheet),
      ...(isRunning
        ? [
            {
              id: 'stop',
              label: isMany ? 'Stop them and keep the rows' : 'Stop it and keep the row',
              note: 'nothing is lost',
              run: stop(sheet),
            },
          ]
        : []),
    ],
  };
}
