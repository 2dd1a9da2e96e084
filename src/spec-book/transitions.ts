import { rulesByName } from '../../models/chart-rules.ts';
import { charts } from '../diagrams/charts.ts';
import { type Cause, outlineOf } from '../diagrams/outline.ts';
import type { Mention, SourceFile } from './mentions.ts';

/** One transition of a chart, with the names of the actions and guards it consists of. */
export interface Transition {
  /** From the repository's root, with "/". */
  readonly file: string;
  /** As a person says it: `serving, host.write: takeWrites`. */
  readonly text: string;
  readonly names: readonly string[];
}

/** Every transition of the three charts, entries of states included, in the order of the charts. */
export function transitionsOfCharts(): readonly Transition[] {
  return charts.flatMap(({ chart, source: file }) => {
    const { name, regions, reactions } = outlineOf(chart);
    const told = (from: string, cause: Cause): Transition => ({
      file,
      text: `${from}, ${cause.event || 'by itself'}: ${[...asked(cause), ...cause.actions].join(' ')}`,
      names: [...asked(cause), ...cause.actions],
    });
    return [
      ...reactions.map((reaction) => told(name, reaction)),
      ...regions.flatMap((region) => [
        ...region.states
          .filter(({ entry }) => entry.length > 0)
          .map((state) => ({
            file,
            text: `${state.name}, entered: ${state.entry.join(' ')}`,
            names: state.entry,
          })),
        ...region.edges.flatMap((edge) =>
          edge.causes.map((cause) => told(`${edge.from ?? name} to ${edge.to}`, cause)),
        ),
        ...region.reactions.map((reaction) => told(reaction.from ?? name, reaction)),
      ]),
    ];
  });
}

const asked = ({ guard }: Cause): readonly string[] =>
  guard === '' || guard === 'otherwise' ? [] : [guard];

/** What the charts' transitions show of the rules, as mentions; lines from the sources if given. */
export function mentionsOfCharts(sources: readonly SourceFile[]): readonly Mention[] {
  const lines = new Map(sources.map(({ path, text }) => [path, text.split('\n')]));
  const mentions = transitionsOfCharts().flatMap(({ file, text, names }) =>
    names.flatMap((name) =>
      (rulesByName[name] ?? []).map(
        (id): Mention => ({
          id,
          kind: 'transition',
          file,
          line: lineOf(name, lines.get(file)),
          text,
        }),
      ),
    ),
  );
  const keyOf = ({ id, file, text }: Mention) => `${id} ${file} ${text}`;
  return [...new Map(mentions.map((mention) => [keyOf(mention), mention])).values()];
}

function lineOf(name: string, lines: readonly string[] | undefined): number {
  const index = lines?.findIndex((line) => line.includes(`'${name}'`)) ?? 0;
  return Math.max(index, 0) + 1;
}

/** Names of the charts that models/chart-rules.ts does not know, and names it knows for nothing. */
export function namesAstray(): {
  readonly unknown: readonly string[];
  readonly idle: readonly string[];
} {
  const used = new Set(transitionsOfCharts().flatMap(({ names }) => names));
  // A guard that is in every transition of a leg is left out of outlines.
  const known = Object.keys(rulesByName).filter((name) => name !== 'isLeg');
  return {
    unknown: [...used].filter((name) => !(name in rulesByName)).sort(),
    idle: known.filter((name) => !used.has(name)).sort(),
  };
}
