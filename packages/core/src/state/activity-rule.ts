import * as z from 'zod';
import { ActivityState } from './activity.ts';

/** Reads a state from what an agent shows. Patterns are JavaScript regular expressions in `u` mode. */
export const ActivityRule = z.object({
  /** `provider/version/what`, shown as evidence. */
  id: z.string().min(1),
  /** Where to look: the last lines of the live screen, the title, or an OSC 9/99/777/7501 notice. */
  region: z.enum(['bottom', 'title', 'notice']),
  /** Lines of the bottom region, from the last non-empty one upwards. @default 12 */
  lines: z.number().int().min(1).max(60).default(12),
  /** All must match. */
  all: z.array(z.string()).default([]),
  /** At least one must match, when there are any. */
  any: z.array(z.string()).default([]),
  /** None may match. */
  not: z.array(z.string()).default([]),
  state: ActivityState,
  reason: z.string().nullable().default(null),
  /** First capture group of this pattern becomes the detail. */
  detail: z.string().nullable().default(null),
  /** First capture group of this pattern says when a limit ends: `in 40s`, `15:30`. */
  resets: z.string().nullable().default(null),
  /** Agent version the rule was seen on. */
  seenOn: z.string().nullable().default(null),
});
/** A rule that reads an activity from the bottom of a screen, a title or a notice; data, with the version it was seen on. */
export type ActivityRule = z.infer<typeof ActivityRule>;
/** What rule files hold: defaults may be left out. */
export type ActivityRuleInput = z.input<typeof ActivityRule>;
