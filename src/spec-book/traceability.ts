import type { RuleData } from '../../spec/rules.ts';
import type { UntestedData } from '../../spec/untested.ts';
import type { Mention, SourceFile } from './mentions.ts';
import { mentionsIn } from './mentions.ts';
import { rulesOfClaim, type Specification } from './specification.ts';
import { mentionsOfCharts, namesAstray } from './transitions.ts';

/** The links of the chain from a claim to what shows it, behind its rules. */
export const columns = ['transition', 'property', 'mutant', 'test', 'conformance'] as const;

export type Column = (typeof columns)[number];

export interface TraceRow {
  /** A rule's id, or `claim N`. */
  readonly subject: string;
  readonly rules: readonly RuleData[];
  readonly cells: Readonly<Record<Column, readonly Mention[]>>;
}

/** An empty cell that should not be, or a mention or reason that leads nowhere. */
export interface Gap {
  readonly subject: string;
  readonly kind: Column | 'rule' | 'message' | 'reason' | 'guarantee' | 'name';
  readonly expected: string;
  /** From the table of reasons; null: nobody has said why. */
  readonly reason: string | null;
}

export interface Traceability {
  readonly claims: readonly TraceRow[];
  readonly rules: readonly TraceRow[];
  readonly guarantees: readonly { readonly id: string; readonly properties: readonly Mention[] }[];
  readonly gaps: readonly Gap[];
}

/** `--strict` fails on these. */
export const openGaps = ({ gaps }: Traceability): readonly Gap[] =>
  gaps.filter((gap) => gap.reason === null);

/** What there is to trace: text that names rules, and what the charts' transitions show of them. */
export interface Evidence {
  readonly sources: readonly SourceFile[];
  readonly charts: readonly Mention[];
  /** Names of the charts that no entry of models/chart-rules.ts explains, and the other way round. */
  readonly astray: { readonly unknown: readonly string[]; readonly idle: readonly string[] };
}

/** The evidence of a repository: its text, and the charts as they run. */
export const evidenceOf = (sources: readonly SourceFile[]): Evidence => ({
  sources,
  charts: mentionsOfCharts(sources),
  astray: namesAstray(),
});

export function trace(
  spec: Specification,
  { sources, charts, astray }: Evidence,
  untested: readonly UntestedData[],
): Traceability {
  const mentions = [...charts, ...mentionsIn(sources)];
  const rowOf = (subject: string, rules: readonly RuleData[]): TraceRow => {
    const named = mentions.filter(({ id }) => rules.some((rule) => rule.id === id));
    const of = (column: Column) => named.filter(({ kind }) => kind === column);
    const cells = {
      transition: of('transition'),
      property: of('property'),
      mutant: of('mutant'),
      test: of('test'),
      conformance: of('conformance'),
    };
    return { subject, rules, cells };
  };
  const claims = spec.claims.map(({ number }) =>
    rowOf(`claim ${number}`, rulesOfClaim(spec, number)),
  );
  const rules = spec.rules.map((rule) => rowOf(rule.id, [rule]));
  const properties = mentions.filter(({ kind }) => kind === 'property');
  const guarantees = spec.guarantees.map(({ id }) => ({
    id,
    properties: properties.filter((property) => property.id === id),
  }));
  const shown = new Set(properties.map(({ id }) => id));
  const gaps = [
    ...claims.flatMap((row) => gapsOfRow(row, shown)),
    ...rules.flatMap((row) => gapsOfRow(row, shown)),
    ...guarantees.filter((one) => one.properties.length === 0).map(({ id }) => gapOfGuarantee(id)),
    ...gapsOfNames(spec, mentions),
    ...gapsOfCharts(astray),
    ...gapsOfMessages(spec, sources),
  ];
  return { claims, rules, guarantees, gaps: withReasons(gaps, untested) };
}

type Unexplained = Omit<Gap, 'reason'>;

function gapsOfRow({ subject, rules, cells }: TraceRow, shown: ReadonlySet<string>) {
  const gaps: Unexplained[] = [];
  const lacks = (kind: Gap['kind'], expected: string) => gaps.push({ subject, kind, expected });
  if (rules.length === 0) lacks('rule', 'a rule that names it');
  const served = rules.some(({ guarantees }) => guarantees.some((id) => shown.has(id)));
  const which = subject.startsWith('claim') ? 'names one of its rules' : 'names it';
  for (const column of columns) {
    if (cells[column].length > 0 || (column === 'property' && served)) continue;
    lacks(column, `a ${column} that ${which}`);
  }
  return gaps;
}

const gapsOfCharts = ({ unknown, idle }: Evidence['astray']): readonly Unexplained[] => [
  ...unknown.map((name) => ({
    subject: name,
    kind: 'name' as const,
    expected: 'an entry in models/chart-rules.ts: which rules does it carry out?',
  })),
  ...idle.map((name) => ({
    subject: name,
    kind: 'name' as const,
    expected: 'a chart that uses this name of models/chart-rules.ts',
  })),
];

const gapOfGuarantee = (id: string): Unexplained => ({
  subject: id,
  kind: 'guarantee',
  expected: 'a property of the checker that names it',
});

/** Machines, properties and tests must not name what the book does not have. */
function gapsOfNames(spec: Specification, mentions: readonly Mention[]): readonly Unexplained[] {
  const known = new Set<string>([
    ...spec.rules.map(({ id }) => id),
    ...spec.guarantees.map(({ id }) => id),
  ]);
  return mentions
    .filter(({ id, kind }) => !known.has(id) && (kind === 'property' || looksLikeRule(id, spec)))
    .map(({ id, kind, file, line }) => ({
      subject: `${file}:${line}`,
      kind: 'rule' as const,
      expected: `a ${kind} that names a known rule, not ${id}`,
    }));
}

const looksLikeRule = (id: string, spec: Specification): boolean =>
  spec.rules.some(({ area }) => id.startsWith(`${area}-`));

/** The reference and the machines have to speak of the same messages. */
function gapsOfMessages(
  spec: Specification,
  sources: readonly SourceFile[],
): readonly Unexplained[] {
  const text = sources.find(({ path }) => path === 'models/message.ts')?.text;
  if (text === undefined) return [];
  const spoken = [...text.matchAll(/readonly type: '(\w+)'/g)].map((found) => found[1]!);
  const listed = spec.messages.map(({ name }) => name);
  const gap = (name: string, expected: string) => ({
    subject: name,
    kind: 'message' as const,
    expected,
  });
  return [
    ...spoken
      .filter((name) => !listed.includes(name))
      .map((name) => gap(name, 'an entry in spec/messages.ts, as models/message.ts has it')),
    ...listed
      .filter((name) => !spoken.includes(name))
      .map((name) => gap(name, 'a message in models/message.ts, as spec/messages.ts has it')),
  ];
}

function withReasons(
  gaps: readonly Unexplained[],
  untested: readonly UntestedData[],
): readonly Gap[] {
  const speaksOf = (one: UntestedData, gap: Unexplained) =>
    one.column === gap.kind && (one.subject === 'all' || one.subject === gap.subject);
  const explained = gaps.map((gap) => ({
    ...gap,
    reason: untested.find((one) => speaksOf(one, gap))?.reason ?? null,
  }));
  const idle = untested.filter((one) => !gaps.some((gap) => speaksOf(one, gap)));
  return [
    ...explained,
    ...idle.map(({ subject, column }) => ({
      subject,
      kind: 'reason' as const,
      expected: `no entry in spec/untested.ts: its ${column} cell is not empty, or there is no such row`,
      reason: null,
    })),
  ];
}
