import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';

/** As much of JSON Schema as completion needs. */
export interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  description?: string;
  const?: unknown;
  enum?: unknown[];
  /** A few words on each of `enum`, as editors of JSON Schema know it. */
  enumDescriptions?: string[];
  type?: string | string[];
  properties?: Record<string, Schema>;
  items?: Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
  allOf?: Schema[];
  if?: Schema;
  then?: Schema;
}

/** Where the cursor stands: the keys from the root of the document down, and what surrounds it. */
interface Place {
  path: (string | number)[];
  /** Keys that the mapping already has. */
  taken: Set<string>;
  /** What is written of the key or value, and where it begins. */
  word: string;
  from: number;
  /** Whether a value is asked for instead of a key. */
  value: boolean;
}

/**
 * Completes keys and values of YAML documents by a schema. `names` adds words for a path, such as the roles that exist.
 * Works on lines and their indentation, as people type them, so it also helps in a document that is not valid yet.
 */
export function completion(
  root: Schema,
  names: (path: (string | number)[]) => string[],
): (context: CompletionContext) => CompletionResult | null {
  return (context) => {
    const text = context.state.doc.toString();
    const place = placeOf(text, context.pos);
    if (!place || (!context.explicit && place.word === '')) {
      return null;
    }
    const kind = /^kind:\s*([A-Za-z]+)/m.exec(documentOf(text, context.pos).text)?.[1];
    const schemas = at(root, [root], place.path, kind);
    const options = place.value
      ? [...values(root, schemas), ...names(place.path).map((label) => ({ label, type: 'variable' }))]
      : keys(root, schemas, place.taken, context, kind);
    return options.length === 0 ? null : { from: place.from, options: unique(options), validFor: /^[\w.@/-]*$/ };
  };
}

function unique(options: Completion[]): Completion[] {
  return [...new Map(options.map((option) => [option.label, option])).values()];
}

/** The YAML document around a position: from the line after `---` to the next. */
function documentOf(text: string, pos: number): { text: string; from: number } {
  const before = text.lastIndexOf('\n---', pos - 1);
  const from = before < 0 ? (text.startsWith('---') ? text.indexOf('\n') + 1 : 0) : text.indexOf('\n', before + 1) + 1;
  const after = text.indexOf('\n---', Math.max(from - 1, pos));
  return { text: text.slice(from, after < 0 ? undefined : after + 1), from };
}

const LINE = /^(\s*)((?:- +)*)(?:([\w.$-]+):(?:\s+(.*))?|(.*))$/;

interface Line {
  indent: number;
  items: number;
  key: string | undefined;
  rest: string;
}

function read(line: string): Line | null {
  if (/^\s*(#.*)?$/.test(line)) {
    return null;
  }
  const found = LINE.exec(line);
  if (!found) {
    return null;
  }
  const items = (found[2] ?? '').length;
  return { indent: (found[1] ?? '').length, items, key: found[3], rest: found[4] ?? found[5] ?? '' };
}

function placeOf(text: string, pos: number): Place | null {
  const document = documentOf(text, pos);
  const upTo = text.slice(document.from, pos).split('\n');
  const current = upTo.pop() ?? '';
  if (/#/.test(current)) {
    return null;
  }
  const flow = /^(\s*)((?:- +)*)([\w.$-]+):\s+[[{](?:.*[,\s[{])?([\w./-]*)$/.exec(current);
  const typed = LINE.exec(current);
  if (!typed) {
    return null;
  }
  const indent = (typed[1] ?? '').length + (typed[2] ?? '').length;
  const isItem = (typed[2] ?? '') !== '' || /^\s*-\s*$/.test(current);
  const key = typed[3];
  const word = flow ? (flow[4] ?? '') : (key === undefined ? (typed[5] ?? '').replace(/^-\s*/, '') : (typed[4] ?? ''));
  const path = parents(upTo, isItem ? (typed[1] ?? '').length : indent, isItem);
  const place: Place = { path, taken: new Set(), word, from: pos - word.length, value: false };
  if (key !== undefined) {
    place.path = [...path, ...(isItem ? [0] : []), key, ...(flow ? [0] : [])];
    place.value = true;
  } else if (isItem) {
    place.path = [...path, 0];
    place.value = true;
  } else {
    place.taken = siblings(document.text, upTo.length, indent);
  }
  return place;
}

/** The keys above a line of an indentation, from the root down; an item of a list counts as 0. */
function parents(lines: string[], indent: number, isItem: boolean): (string | number)[] {
  const path: (string | number)[] = [];
  let limit = isItem ? indent + 1 : indent;
  for (let i = lines.length - 1; i >= 0 && limit > 0; i--) {
    const line = read(lines[i] ?? '');
    if (!line) {
      continue;
    }
    const column = line.indent + line.items;
    if (line.key !== undefined && column < limit) {
      path.unshift(line.key);
      limit = column;
      if (line.items > 0) {
        path.unshift(0);
        limit = line.indent + 1;
      }
    } else if (line.items > 0 && column === limit) {
      path.unshift(0);
      limit = line.indent + 1;
    }
  }
  return path;
}

function siblings(document: string, at: number, indent: number): Set<string> {
  const lines = document.split('\n');
  const taken = new Set<string>();
  const look = (step: number) => {
    for (let i = at + step; i >= 0 && i < lines.length; i += step) {
      const line = read(lines[i] ?? '');
      if (!line) {
        continue;
      }
      const column = line.indent + line.items;
      if (column < indent) {
        return;
      }
      if (column === indent && line.key !== undefined) {
        taken.add(line.key);
      }
      if (line.items > 0 && step < 0 && column === indent) {
        return;
      }
    }
  };
  look(-1);
  look(1);
  return taken;
}

/** The schemas that may apply at a path; of alternatives by kind only those of this kind. */
function at(root: Schema, schemas: Schema[], path: (string | number)[], kind: string | undefined): Schema[] {
  let here = spread(root, schemas, kind);
  for (const step of path) {
    const next = here.flatMap((schema) => {
      const child = typeof step === 'number' ? schema.items : schema.properties?.[step];
      return child ? [child] : [];
    });
    here = spread(root, next, kind);
  }
  return here;
}

function spread(root: Schema, schemas: Schema[], kind: string | undefined, depth = 0): Schema[] {
  if (depth > 12) {
    return [];
  }
  return schemas.flatMap((schema) => {
    const target = schema.$ref ? resolve(root, schema.$ref) : undefined;
    const wanted = schema.properties?.['kind']?.const;
    if (kind !== undefined && wanted !== undefined && wanted !== kind) {
      return [];
    }
    const asked = schema.if?.properties?.['kind']?.const;
    const then = schema.then && (asked === undefined || asked === kind) ? [schema.then] : [];
    const more = [...(target ? [target] : []), ...then, ...(schema.oneOf ?? []), ...(schema.anyOf ?? []), ...(schema.allOf ?? [])];
    return [schema, ...spread(root, more, kind, depth + 1)];
  });
}

function resolve(root: Schema, ref: string): Schema | undefined {
  return ref.startsWith('#/$defs/') ? root.$defs?.[ref.slice('#/$defs/'.length)] : undefined;
}

function keys(root: Schema, schemas: Schema[], taken: Set<string>, context: CompletionContext, kind: string | undefined): Completion[] {
  const after = context.state.sliceDoc(context.pos, context.pos + 1);
  return schemas.flatMap((schema) =>
    Object.entries(schema.properties ?? {})
      .filter(([name]) => !taken.has(name))
      .map(([name, child]) => {
        const all = spread(root, [child], kind);
        const description = all.find((one) => one.description)?.description;
        return {
          label: name,
          type: 'property',
          apply: after === ':' ? name : name + ': ',
          ...(description ? { info: description } : {}),
        };
      }),
  );
}

function values(root: Schema, schemas: Schema[]): Completion[] {
  return spread(root, schemas, undefined).flatMap((schema) => {
    const found = schema.enum ?? (schema.const === undefined ? [] : [schema.const]);
    return found.map((value, i) => {
      const info = schema.enumDescriptions?.[i] ?? schema.description;
      return { label: String(value), type: 'enum', ...(info ? { info } : {}) };
    });
  });
}
