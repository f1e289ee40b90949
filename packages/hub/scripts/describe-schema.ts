import { z } from 'zod';

/** The parts of JSON schema that zod writes for our schemas. */
interface JsonSchema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
}

/** Schemas that get a section of their own and are named wherever they occur. */
export type NamedSchemas = Readonly<Record<string, z.ZodType>>;

/** Writes schemas in the notation of TypeScript, with limits and defaults as comments. */
export function createDescriber(named: NamedSchemas): (schema: z.ZodType, io: 'input' | 'output') => string {
  const metadata = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(named)) metadata.add(schema, { id });
  return (schema, io) => {
    const json: JsonSchema = JSON.parse(
      JSON.stringify(z.toJSONSchema(schema, { metadata, io, unrepresentable: 'any' })),
    );
    // A named schema is a reference to its own definition.
    const own = json.$ref === undefined ? json : (json.$defs?.[nameOf(json.$ref)] ?? json);
    return `${write(own, '')}${note(own)}`;
  };
}

function write(schema: JsonSchema, indent: string): string {
  if (schema.$ref !== undefined) return nameOf(schema.$ref);
  if ('const' in schema) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return writeChoices(choices, indent);
  if (schema.type === 'object') return writeObject(schema, indent);
  if (schema.type === 'array') return writeArray(schema.items ?? {}, indent);
  return [schema.type ?? 'bytes'].flat().join(' | ');
}

function writeChoices(choices: readonly JsonSchema[], indent: string): string {
  const flat = choices.map((choice) => write(choice, indent));
  // One that takes lines reads well beside a null; several need a line each.
  if (flat.filter((text) => text.includes('\n')).length < 2) return flat.join(' | ');
  const texts = choices.map((choice) => write(choice, `${indent}    `));
  return texts.map((text) => `\n${indent}  | ${text}`).join('');
}

function writeArray(items: JsonSchema, indent: string): string {
  const text = write(items, indent);
  return text.includes(' | ') && !text.startsWith('{') ? `(${text})[]` : `${text}[]`;
}

function writeObject({ properties = {}, required = [], additionalProperties }: JsonSchema, indent: string): string {
  const fields = Object.entries(properties);
  if (fields.length === 0) {
    const values = typeof additionalProperties === 'object' ? write(additionalProperties, indent) : '';
    return values === '' ? '{}' : `Record<string, ${values}>`;
  }
  const lines = fields.map(([name, field]) => {
    const mark = required.includes(name) ? '' : '?';
    return `${indent}  ${name}${mark}: ${write(field, `${indent}  `)};${note(field)}`;
  });
  return `{\n${lines.join('\n')}\n${indent}}`;
}

function note({ default: preset, ...schema }: JsonSchema): string {
  const notes = [
    ...range(schema.minimum, schema.maximum, ''),
    ...range(schema.minLength, schema.maxLength, ' characters'),
    ...(schema.pattern === undefined ? [] : [schema.pattern]),
    ...(preset === undefined ? [] : [`default ${JSON.stringify(preset)}`]),
  ];
  return notes.length === 0 ? '' : ` // ${notes.join(', ')}`;
}

/** zod writes the limits of safe integers, which tell nobody anything. */
function range(low: number | undefined, high: number | undefined, unit: string): readonly string[] {
  const from = low === undefined || low === Number.MIN_SAFE_INTEGER ? null : low;
  const to = high === undefined || high === Number.MAX_SAFE_INTEGER ? null : high;
  if (from === null && to === null) return [];
  if (to === null) return [`at least ${from}${unit}`];
  return [from === null ? `at most ${to}${unit}` : `${from} to ${to}${unit}`];
}

function nameOf(reference: string): string {
  return reference.split('/').at(-1) ?? reference;
}
