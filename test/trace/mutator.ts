import { between, pick, type Random } from '../../src/runtime/random.ts';
import type { TraceEffect, TraceLine } from '../../src/trace/format.ts';

/** One falsified copy of a trace. */
export interface Mutant {
  readonly kind: MutantKind;
  /** What was falsified, for people. */
  readonly told: string;
  readonly lines: readonly TraceLine[];
}

export type MutantKind = (typeof mutantKinds)[number];

export const mutantKinds = [
  'a line is dropped',
  'a line is there twice',
  'two lines of a site change places',
  'an event is forged',
  'an effect is dropped',
  'two effects change places',
  'an effect is there twice',
  'a sequence number is altered',
  'an epoch is altered',
  'an acknowledgement is altered',
  'lines of two sites change places',
] as const;

type Lines = TraceLine[];
type Falsify = (lines: Lines, at: number, random: Random) => string | null;

/** Numbers of lines and frames are made whole again: what is left to find is what the trace says. */
export function mutantOf(
  original: readonly TraceLine[],
  kind: MutantKind,
  random: Random,
): Mutant | null {
  const lines: Lines = structuredClone(original) as Lines;
  for (let attempt = 0; attempt < 200; attempt++) {
    const at = between(random, 0, lines.length - 1);
    const told = falsify[kind](lines, at, random);
    if (told !== null) return { kind, told: `line ${at}: ${told}`, lines: renumbered(lines) };
  }
  return null;
}

const falsify: Readonly<Record<MutantKind, Falsify>> = {
  'a line is dropped'(lines, at) {
    const [line] = lines.splice(at, 1);
    return typeOf(line!);
  },
  'a line is there twice'(lines, at) {
    const line = lines[at]!;
    lines.splice(at, 0, structuredClone(line));
    return typeOf(line);
  },
  'two lines of a site change places'(lines, at) {
    const next = lines.findIndex((line, index) => index > at && line.site === lines[at]!.site);
    if (next < 0) return null;
    [lines[at], lines[next]] = [lines[next]!, lines[at]!];
    return `${typeOf(lines[next]!)} and ${typeOf(lines[at]!)}`;
  },
  'an event is forged'(lines, at, random) {
    const { site } = lines[at]!;
    const forged = pick(random, [
      { type: 'timeout', timer: pick(random, ['election', 'patience', 'retry'] as const) },
      { type: 'persisted' },
      { type: 'applied', through: between(random, 1, 9) },
      { type: 'flushed', through: between(random, 1, 9) },
      {
        type: 'link.down',
        peer: pick(
          random,
          ([0, 1, 2] as const).filter((id) => id !== site),
        ),
      },
      {
        type: 'received',
        from: ((site + 1) % 3) as 0 | 1 | 2,
        session: 1,
        frame: between(random, 1, 40),
      },
    ] as const);
    lines.splice(at, 0, { site, number: 0, event: forged, effects: [] });
    return forged.type;
  },
  'an effect is dropped'(lines, at, random) {
    return withEffects(
      lines,
      at,
      1,
      (effects) => effects.splice(between(random, 0, effects.length - 1), 1)[0]!.type,
    );
  },
  'two effects change places'(lines, at, random) {
    return withEffects(lines, at, 2, (effects) => {
      const index = between(random, 0, effects.length - 2);
      const [one, other] = [effects[index]!, effects[index + 1]!];
      if (JSON.stringify(one) === JSON.stringify(other)) return null;
      effects[index] = other;
      effects[index + 1] = one;
      return `${one.type} and ${other.type}`;
    });
  },
  'an effect is there twice'(lines, at, random) {
    return withEffects(lines, at, 1, (effects) => {
      const index = between(random, 0, effects.length - 1);
      effects.splice(index, 0, structuredClone(effects[index]!));
      return effects[index]!.type;
    });
  },
  'a sequence number is altered': (lines, at, random) =>
    altered(lines, at, random, ['sequence', 'through', 'committed', 'start'], 1),
  'an epoch is altered': (lines, at, random) => altered(lines, at, random, ['epoch'], 3),
  'an acknowledgement is altered': (lines, at, random) =>
    altered(lines, at, random, ['contiguous', 'windowEnd', 'token'], 1),
  'lines of two sites change places'(lines, at) {
    const next = at + 1;
    if (next >= lines.length || lines[next]!.site === lines[at]!.site) return null;
    [lines[at], lines[next]] = [lines[next]!, lines[at]!];
    return `sites ${lines[next]!.site} and ${lines[at]!.site}`;
  },
};

const typeOf = (line: TraceLine): string => `${line.event?.type ?? 'inside'} of site ${line.site}`;

function withEffects(
  lines: Lines,
  at: number,
  least: number,
  change: (effects: TraceEffect[]) => string | null,
): string | null {
  const effects = [...lines[at]!.effects];
  if (effects.length < least) return null;
  const told = change(effects);
  lines[at] = { ...lines[at]!, effects };
  return told;
}

/** A number of one of these names, somewhere in the line, is another one. */
function altered(
  lines: Lines,
  at: number,
  random: Random,
  names: readonly string[],
  by: number,
): string | null {
  const places: { readonly owner: Record<string, unknown>; readonly name: string }[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [name, inner] of Object.entries(value)) {
      const owner = value as Record<string, unknown>;
      if (names.includes(name) && typeof inner === 'number') places.push({ owner, name });
      visit(inner);
    }
  };
  visit(lines[at]!.event);
  visit(lines[at]!.effects);
  if (places.length === 0) return null;
  const { owner, name } = pick(random, places);
  owner[name] = (owner[name] as number) + by;
  return `${name} of ${typeOf(lines[at]!)}`;
}

function renumbered(lines: Lines): Lines {
  const numbers = [0, 0, 0];
  const frames = [0, 0, 0];
  const names = new Map<string, number>();
  const sent = lines.map((line) => {
    const { site } = line;
    const effects = line.effects.map((effect) => {
      if (effect.type !== 'send') return effect;
      frames[site]!++;
      const key = `${site}.${effect.frame}`;
      if (!names.has(key)) names.set(key, frames[site]!);
      return { ...effect, frame: frames[site]! };
    });
    numbers[site]!++;
    return { ...line, number: numbers[site]!, effects };
  });
  return sent.map((line) => {
    if (line.event?.type !== 'received') return line;
    const { from, frame } = line.event;
    return { ...line, event: { ...line.event, frame: names.get(`${from}.${frame}`) ?? frame } };
  });
}
