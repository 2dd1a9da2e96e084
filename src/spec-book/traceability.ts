import type { RuleData } from '../../spec/rules.ts';
import type { UntestedData } from '../../spec/untested.ts';
import type { Mention, SourceFile } from './mentions.ts';
import { mentionsIn } from './mentions.ts';
import { rulesOfClaim, type Specification } from './specification.ts';

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
  readonly kind: Column | 'check' | 'rule' | 'message' | 'reason' | 'guarantee';
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

export function trace(
  spec: Specification,
  sources: readonly SourceFile[],
  untested: readonly UntestedData[],
): Traceability {
  const mentions = mentionsIn(sources);
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
  const gaps = [
    ...claims.flatMap(gapsOfClaim),
    ...rules.flatMap(gapsOfRule),
    ...guarantees.filter((one) => one.properties.length === 0).map(({ id }) => gapOfGuarantee(id)),
    ...gapsOfNames(spec, mentions),
    ...gapsOfMessages(spec, sources),
  ];
  return { claims, rules, guarantees, gaps: withReasons(gaps, untested) };
}

type Unexplained = Omit<Gap, 'reason'>;

function gapsOfClaim({ subject, rules, cells }: TraceRow): readonly Unexplained[] {
  const gaps: Unexplained[] = [];
  if (rules.length === 0) gaps.push({ subject, kind: 'rule', expected: 'a rule that names it' });
  for (const column of columns) {
    if (cells[column].length > 0) continue;
    gaps.push({ subject, kind: column, expected: `a ${column} that names one of its rules` });
  }
  return gaps;
}

function gapsOfRule({ subject, rules, cells }: TraceRow): readonly Unexplained[] {
  const rule = rules[0]!;
  const gaps: Unexplained[] = [];
  const lacks = (kind: Gap['kind'], expected: string) => gaps.push({ subject, kind, expected });
  const binding = rule.verb === 'MUST' || rule.verb === 'MUST NOT';
  const checks = cells.property.length + cells.test.length + cells.conformance.length;
  if (binding && checks === 0) lacks('check', 'a property, a test or a conformance check');
  if (rule.mutantWorthy && cells.mutant.length === 0) {
    lacks('mutant', 'a mutant: its wording was broken once');
  }
  if (rule.observed !== 'internal' && cells.conformance.length === 0) {
    lacks('conformance', `a conformance check at the level ${rule.observed}`);
  }
  return gaps;
}

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
  const explained = gaps.map((gap) => ({
    ...gap,
    reason:
      untested.find((one) => one.subject === gap.subject && one.column === gap.kind)?.reason ??
      null,
  }));
  const idle = untested.filter(
    (one) => !gaps.some((gap) => gap.subject === one.subject && gap.kind === one.column),
  );
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
