import * as z from 'zod/mini';

/** A schema with the sentence that JSON Schema and the reference page say about it. */
export function field<Schema extends z.ZodMiniType>(schema: Schema, description: string): Schema {
  // Not the check `z.describe`, which makes two more schemas of each, on the way to every command's answer: only what
  // says something else already is copied.
  const own = z.globalRegistry.has(schema) ? z.clone(schema) : schema;
  z.globalRegistry.add(own, { description });
  return own;
}

/** A text that says something, of at most `maxLength` characters. */
export function shortText(description: string, maxLength = 256): z.ZodMiniString {
  return field(z.string().check(z.minLength(1), z.maxLength(maxLength)), description);
}

/** A text of any length, which may be empty. */
export function freeText(description: string): z.ZodMiniString {
  return field(z.string(), description);
}

/** ISO 8601 with any number of decimals, in UTC or with an offset. */
export function isoTime(description: string): z.ZodMiniISODateTime {
  return field(z.iso.datetime({ offset: true }), description);
}

/** A whole number that is not negative. */
export function count(description: string): z.ZodMiniNumberFormat {
  return field(z.int().check(z.gte(0)), description);
}
