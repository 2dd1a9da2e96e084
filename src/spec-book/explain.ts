import type { ChangeData } from '../../spec/changes.ts';
import type { ClaimData } from '../../spec/claims.ts';
import type { GuaranteeData } from '../../spec/guarantees.ts';
import type { RuleData } from '../../spec/rules.ts';
import { type Mention, type MentionKind, mentionsIn, type SourceFile } from './mentions.ts';
import { nearest } from './near.ts';
import { readSources } from './source-files.ts';
import { SpecError } from './spec-error.ts';
import { type Specification, specification } from './specification.ts';
import { mentionsOfCharts } from './transitions.ts';

/** A deliberately wrong variant, as a registry describes it. */
export interface KnownMutant {
  readonly name: string;
  /** Rule it breaks. */
  readonly rule: string;
  /** The counterexample that kills it, as text; null: not run. */
  readonly counterexample?: string | null;
}

/** All there is to know about one rule. Plain data: `JSON.stringify` gives what `--json` prints. */
export interface Explanation {
  readonly rule: RuleData;
  readonly claims: readonly ClaimData[];
  readonly guarantees: readonly GuaranteeData[];
  /** How earlier wordings were broken. */
  readonly changes: readonly ChangeData[];
  readonly messages: readonly string[];
  readonly mentions: Readonly<Record<MentionKind, readonly Mention[]>>;
  readonly mutants: readonly KnownMutant[];
  /** False: there are no sources here, so nothing is known about tests and machines. */
  readonly scanned: boolean;
}

export interface ExplainOptions {
  readonly specification?: Specification;
  /** Default: those of the repository this module lies in. */
  readonly sources?: readonly SourceFile[];
  readonly mutants?: readonly KnownMutant[];
}

/**
 * Explains the rule of this id; case does not matter.
 * Errors: `SpecError` with code `unknown-rule`, its `suggestions` the ids most like what was typed.
 */
export function explain(ruleId: string, options: ExplainOptions = {}): Explanation {
  const spec = options.specification ?? specification;
  const id = ruleId.trim().toUpperCase();
  const rule = spec.rules.find((candidate) => candidate.id === id);
  if (rule === undefined) throw unknownRule(ruleId, id, spec);
  const sources = options.sources ?? readSources();
  const mentions = [...mentionsOfCharts(sources), ...mentionsIn(sources)].filter(
    (mention) => mention.id === id,
  );
  const of = (kind: MentionKind) => mentions.filter((mention) => mention.kind === kind);
  return {
    rule,
    claims: spec.claims.filter(({ number }) => rule.claims.includes(number)),
    guarantees: spec.guarantees.filter((one) => rule.guarantees.some((name) => name === one.id)),
    changes: spec.changes.filter((change) => change.rule === id),
    messages: spec.messages.filter(({ rules }) => rules.includes(id)).map(({ name }) => name),
    mentions: {
      transition: of('transition'),
      property: of('property'),
      mutant: of('mutant'),
      abstract: of('abstract'),
      test: of('test'),
      conformance: of('conformance'),
    },
    mutants: (options.mutants ?? []).filter((mutant) => mutant.rule === id),
    scanned: sources.length > 0,
  };
}

function unknownRule(typed: string, id: string, spec: Specification): SpecError {
  const near = nearest(
    id,
    spec.rules.map((rule) => rule.id),
    4,
  );
  const detail = `Found "${typed}", expected an id such as ${near.join(', ')}.`;
  return new SpecError('unknown-rule', detail, near);
}

/** An explanation for a terminal. */
export function explanationText(explanation: Explanation): string {
  const { rule, claims, guarantees, changes, messages, mentions, mutants, scanned } = explanation;
  const sections: readonly (readonly [string, readonly string[]])[] = [
    ['Intent', [rule.intent]],
    ['Serves', guarantees.map(({ id, title }) => `${id}  ${title}`)],
    ['Claims', claims.map(({ number, summary }) => `${number}  ${summary}`)],
    ['Messages', messages.length > 0 ? [messages.join(', ')] : []],
    [
      'Broken once',
      changes.flatMap(({ mark, before, run }) => [
        `${mark}  before: ${before}`,
        `      run: ${run}`,
      ]),
    ],
    ['Machine', mentions.transition.map(place)],
    ['Property', mentions.property.map(place)],
    ['Abstract protocol', mentions.abstract.map(place)],
    ['Test', mentions.test.map(place)],
    ['Conformance', mentions.conformance.map(place)],
    ['Mutant', mutants.length > 0 ? mutants.flatMap(mutantLines) : mentions.mutant.map(place)],
  ];
  const missing = sections.slice(5).filter(([, lines]) => lines.length === 0);
  const lacking = missing.map(([title]) => title.toLowerCase()).join(', ');
  return [
    `${rule.id}  ${rule.verb}, ${rule.party}, ${rule.profile} profile, observed: ${rule.observed}`,
    '',
    `  ${rule.statement}`,
    ...sections
      .filter(([, lines]) => lines.length > 0)
      .flatMap(([title, lines]) => ['', title, ...lines.map((line) => `  ${line}`)]),
    ...(scanned && lacking ? ['', `Named by no: ${lacking}`] : []),
    ...(scanned ? [] : ['', 'There are no sources here: tests and machines were not looked for.']),
    '',
  ].join('\n');
}

const place = ({ file, line, text }: Mention): string => `${file}:${line}  ${text}`;

const mutantLines = ({ name, counterexample }: KnownMutant): readonly string[] => [
  name,
  ...(counterexample ? counterexample.split('\n').map((line) => `  ${line}`) : []),
];
