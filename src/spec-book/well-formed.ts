import type { RuleData } from '../../spec/rules.ts';
import { areas, rulesOfClaim, rulesOfGuarantee, type Specification } from './specification.ts';

/** One thing wrong with the data. */
export interface Fault {
  readonly file: string;
  /** Id of the item, for finding its line. */
  readonly item: string;
  readonly found: string;
  readonly expected: string;
}

export const obligations =
  /\b(?:MUST NOT|MUST|SHOULD NOT|SHOULD|SHALL NOT|SHALL|MAY|REQUIRED|RECOMMENDED|OPTIONAL)\b/g;

/** All faults of the data, in its order; none: it may be rendered. */
export function faultsOf(spec: Specification): readonly Fault[] {
  return [
    ...spec.rules.flatMap((rule) => faultsOfRule(rule, spec)),
    ...repeated(
      'spec/rules.ts',
      spec.rules.map((rule) => rule.id),
    ),
    ...repeated(
      'spec/guarantees.ts',
      spec.guarantees.map((guarantee) => guarantee.id),
    ),
    ...repeated(
      'spec/assumptions.ts',
      spec.assumptions.map((assumption) => assumption.id),
    ),
    ...repeated(
      'spec/changes.ts',
      spec.changes.map((change) => change.mark),
    ),
    ...repeated(
      'spec/messages.ts',
      spec.messages.map((message) => message.name),
    ),
    ...faultsOfCoverage(spec),
    ...faultsOfReferences(spec),
    ...faultsOfVoice(spec),
  ];
}

function faultsOfRule(rule: RuleData, spec: Specification): readonly Fault[] {
  const faults: Fault[] = [];
  const expect = (holds: boolean, found: string, expected: string) => {
    if (!holds) faults.push({ file: 'spec/rules.ts', item: String(rule.id), found, expected });
  };
  const areaOfId = String(rule.id).split('-')[0];
  const number = Number(String(rule.id).split('-')[1]);
  expect(/^[A-Z]+-[1-9][0-9]*$/.test(rule.id), `id ${rule.id}`, 'an area word, "-", a number');
  expect(number % 10 === 0, `number ${number}`, 'a multiple of ten');
  expect(areaOfId === rule.area, `area ${rule.area}`, `the area of its id, ${areaOfId}`);
  const known = areas.map(({ area }) => area as string);
  expect(known.includes(rule.area), `area ${rule.area}`, `one of ${known.join(', ')}`);
  const verbs = rule.statement.match(obligations) ?? [];
  expect(
    verbs.length === 1 && verbs[0] === rule.verb,
    `verbs ${verbs.join(', ') || 'none'} in the statement`,
    `exactly one ${rule.verb}`,
  );
  expect(
    isOneSentence(rule.statement),
    `"${rule.statement}"`,
    'one sentence that ends with a full stop',
  );
  const beforeVerb = rule.statement.slice(0, rule.statement.search(obligations));
  expect(
    new RegExp(`\\b${rule.party}\\b`, 'i').test(beforeVerb),
    `"${beforeVerb.trim()}" before the verb`,
    `the bound party, ${rule.party}`,
  );
  expect(
    rule.intent.length >= 40,
    `intent "${rule.intent}"`,
    'why, what is lost without it, what it leaves free',
  );
  expect(rule.guarantees.length > 0, 'no guarantee', 'at least one guarantee it serves');
  for (const claim of rule.claims) {
    expect(
      spec.claims.some((one) => one.number === claim),
      `claim ${claim}`,
      'a number of spec/claims.ts',
    );
  }
  for (const id of rule.guarantees) {
    expect(
      spec.guarantees.some((one) => one.id === id),
      `guarantee ${id}`,
      'an id of spec/guarantees.ts',
    );
  }
  const broken = spec.changes.some((change) => change.rule === rule.id);
  expect(
    broken === rule.mutantWorthy,
    `mutantWorthy ${rule.mutantWorthy}`,
    broken
      ? 'true: spec/changes.ts tells how it was broken'
      : 'false, or an entry in spec/changes.ts',
  );
  return faults;
}

const isOneSentence = (text: string): boolean =>
  text.endsWith('.') && !/[.!?] [A-Z]/.test(text.slice(0, -1));

function repeated(file: string, ids: readonly string[]): readonly Fault[] {
  const again = ids.filter((id, index) => ids.indexOf(id) < index);
  return again.map((item) => ({ file, item, found: `${item} twice`, expected: 'ids used once' }));
}

function faultsOfCoverage(spec: Specification): readonly Fault[] {
  const claims = spec.claims
    .filter(
      ({ number }) => !rulesOfClaim(spec, number).some(({ profile }) => profile === 'baseline'),
    )
    .map(({ number }) => ({
      file: 'spec/claims.ts',
      item: `number: ${number}`,
      found: `claim ${number} without a rule`,
      expected: 'at least one rule of the baseline profile that names it',
    }));
  const guarantees = spec.guarantees
    .filter(({ id }) => rulesOfGuarantee(spec, id).length === 0)
    .map(({ id }) => ({
      file: 'spec/guarantees.ts',
      item: id,
      found: `guarantee ${id} that no rule serves`,
      expected: 'at least one rule that names it',
    }));
  return [...claims, ...guarantees];
}

/** Rules named by changes, and rules and answers named by messages, have to exist. */
function faultsOfReferences(spec: Specification): readonly Fault[] {
  const missing = (file: string, item: string, found: string, ids: readonly string[]): Fault[] =>
    ids.includes(found)
      ? []
      : [{ file, item, found, expected: `one of ${ids.length} known names` }];
  const rules = spec.rules.map((rule) => rule.id as string);
  const messages = spec.messages.map((message) => message.name);
  return [
    ...spec.changes.flatMap(({ mark, rule }) => missing('spec/changes.ts', mark, rule, rules)),
    ...spec.messages.flatMap(({ name, rules: named, answeredBy }) => [
      ...named.flatMap((rule) => missing('spec/messages.ts', name, rule, rules)),
      ...answeredBy.flatMap((answer) => missing('spec/messages.ts', name, answer, messages)),
    ]),
  ];
}

/** Words of obligation in capitals belong to statements of rules. */
function faultsOfVoice(spec: Specification): readonly Fault[] {
  const texts: readonly (readonly [string, string, string])[] = [
    ...spec.rules.map(({ id, intent }) => ['spec/rules.ts', id, intent] as const),
    ...spec.guarantees.map(
      (one) => ['spec/guarantees.ts', one.id, one.statement + one.reason] as const,
    ),
    ...spec.assumptions.map(
      (one) => ['spec/assumptions.ts', one.id, one.statement + one.test] as const,
    ),
    ...spec.claims.map((one) => ['spec/claims.ts', `number: ${one.number}`, one.summary] as const),
    ...spec.changes.map(
      (one) => ['spec/changes.ts', one.mark, one.before + one.after + one.run] as const,
    ),
    ...spec.messages.map((one) => ['spec/messages.ts', one.name, one.carries + one.means] as const),
  ];
  return texts.flatMap(([file, item, text]) =>
    (text.match(obligations) ?? []).map((verb) => ({
      file,
      item,
      found: `the word ${verb}`,
      expected: 'words of obligation in capitals in statements of rules only',
    })),
  );
}
