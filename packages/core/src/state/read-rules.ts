import type { ActivityRule } from './activity-rule.ts';
import type { Evidence } from './activity.ts';
import { parseResetTime } from './parse-reset-time.ts';

/** What rules may look at. A region that is left out matches no rule. */
export interface RuleView {
  /** Lines of the live screen, top to bottom; each rule takes its number of lines from the last one that is not blank. */
  readonly bottom?: readonly string[] | undefined;
  readonly title?: string | undefined;
  readonly notice?: string | undefined;
}

interface CompiledRule {
  readonly rule: ActivityRule;
  readonly all: readonly RegExp[];
  readonly any: readonly RegExp[];
  readonly not: readonly RegExp[];
  readonly detail: RegExp | null;
  readonly resets: RegExp | null;
}

const sources = { bottom: 'screen', title: 'title', notice: 'signal' } as const;

function compilePattern(pattern: string): RegExp {
  return new RegExp(pattern, 'mu');
}

function compile(rule: ActivityRule): CompiledRule {
  return {
    rule,
    all: rule.all.map(compilePattern),
    any: rule.any.map(compilePattern),
    not: rule.not.map(compilePattern),
    detail: rule.detail === null ? null : compilePattern(rule.detail),
    resets: rule.resets === null ? null : compilePattern(rule.resets),
  };
}

// Rules are data that never change after loading, and are read at every screen change.
const compiled = new WeakMap<ActivityRule, CompiledRule>();

function compileOnce(rule: ActivityRule): CompiledRule {
  const known = compiled.get(rule);
  if (known) return known;
  const made = compile(rule);
  compiled.set(rule, made);
  return made;
}

function bottomOf(lines: readonly string[], count: number): string {
  const last = lines.findLastIndex((line) => line.trim() !== '');
  return lines.slice(Math.max(0, last + 1 - count), last + 1).join('\n');
}

function textOf(rule: ActivityRule, view: RuleView): string | undefined {
  if (rule.region !== 'bottom') return view[rule.region];
  return view.bottom && bottomOf(view.bottom, rule.lines);
}

function matches({ all, any, not }: CompiledRule, text: string): boolean {
  if (!all.every((pattern) => pattern.test(text))) return false;
  if (any.length > 0 && !any.some((pattern) => pattern.test(text))) return false;
  return !not.some((pattern) => pattern.test(text));
}

function capture(pattern: RegExp | null, text: string): string | null {
  return pattern?.exec(text)?.[1]?.trim() || null;
}

/**
 * The evidence of the first rule that matches, or null. `at` is when the view was taken (milliseconds since the
 * epoch). Throws SyntaxError when a pattern is no regular expression: rules from files are checked where they are loaded.
 */
export function readRules(rules: readonly ActivityRule[], view: RuleView, at: number): Evidence | null {
  for (const rule of rules) {
    const text = textOf(rule, view);
    if (text === undefined) continue;
    const ready = compileOnce(rule);
    if (!matches(ready, text)) continue;
    const resets = capture(ready.resets, text);
    return {
      source: sources[rule.region],
      says: `rule ${rule.id}`,
      state: rule.state,
      reason: rule.reason,
      detail: capture(ready.detail, text),
      at,
      resetsAt: resets === null ? null : parseResetTime(resets, at),
    };
  }
  return null;
}
