import { describe, expect, test } from 'vitest';
import type { RuleData } from '../../spec/rules.ts';
import { packageRoot } from '../../src/package-root.ts';
import { faultText } from '../../src/spec-book/generate.ts';
import { type Specification, specification } from '../../src/spec-book/specification.ts';
import { faultsOf } from '../../src/spec-book/well-formed.ts';

/** The specification with one rule changed. */
function withRule(id: string, patch: Partial<RuleData>): Specification {
  expect(specification.rules.some((rule) => rule.id === id)).toBe(true);
  const rules = specification.rules.map((rule) => (rule.id === id ? { ...rule, ...patch } : rule));
  return { ...specification, rules };
}

const expectations = (spec: Specification) =>
  faultsOf(spec).map(({ item, found, expected }) => `${item}: ${found} / ${expected}`);

describe('the data of the specification', () => {
  test('is well-formed', () => {
    expect(faultsOf(specification)).toEqual([]);
  });

  test('has 40 to 60 rules, and a baseline that is not empty', () => {
    expect(specification.rules.length).toBeGreaterThanOrEqual(40);
    expect(specification.rules.length).toBeLessThanOrEqual(60);
    expect(specification.rules.filter(({ profile }) => profile === 'baseline')).toHaveLength(19);
  });

  test('has the 33 claims, the 13 guarantees and every wording that was broken', () => {
    expect(specification.claims.map(({ number }) => number)).toEqual(
      Array.from({ length: 33 }, (_, index) => index + 1),
    );
    expect(specification.guarantees.map(({ id }) => id).join(' ')).toBe(
      'S1 S2 S3 S4 S5 S6 S7 S8 S9 L1 L2 L3 L4',
    );
    expect(specification.changes).toHaveLength(33);
  });

  test('numbers rules of an area upwards', () => {
    const numbers = new Map<string, number>();
    for (const { id, area } of specification.rules) {
      const number = Number(id.split('-')[1]);
      expect(number, id).toBeGreaterThan(numbers.get(area) ?? 0);
      numbers.set(area, number);
    }
  });

  test('refers to no claim before it is refined', () => {
    for (const { number, of } of specification.claims) {
      if (of !== null) expect(of, `claim ${number}`).toBeLessThan(number);
    }
  });
});

describe('malformed data is refused with what was expected', () => {
  const cases: readonly (readonly [string, Specification, string])[] = [
    [
      'two verbs in a statement',
      withRule('HOST-10', { statement: 'The primary MUST number and MAY forward.' }),
      'HOST-10: verbs MUST, MAY in the statement / exactly one MUST',
    ],
    [
      'another verb than the one named',
      withRule('HOST-10', { statement: 'The primary MUST NOT number writes.' }),
      'HOST-10: verbs MUST NOT in the statement / exactly one MUST',
    ],
    [
      'no verb',
      withRule('HOST-10', { statement: 'The primary numbers writes.' }),
      'HOST-10: verbs none in the statement / exactly one MUST',
    ],
    [
      'two sentences',
      withRule('HOST-10', { statement: 'The primary MUST number writes. It stores them.' }),
      'HOST-10: "The primary MUST number writes. It stores them." / one sentence that ends with a full stop',
    ],
    [
      'a party that is not the one bound',
      withRule('HOST-10', { party: 'mirror' }),
      'HOST-10: "The primary" before the verb / the bound party, mirror',
    ],
    [
      'a verb in an intent',
      withRule('HOST-10', { intent: 'Every site MUST agree on one order, or nothing compares.' }),
      'HOST-10: the word MUST / words of obligation in capitals in statements of rules only',
    ],
    [
      'an id twice',
      withRule('HOST-20', { id: 'HOST-10' }),
      'HOST-10: HOST-10 twice / ids used once',
    ],
    [
      'a number between the tens',
      withRule('HOST-20', { id: 'HOST-25' }),
      'HOST-25: number 25 / a multiple of ten',
    ],
    [
      'an id of another area',
      withRule('HOST-20', { area: 'LINK' }),
      'HOST-20: area LINK / the area of its id, HOST',
    ],
    [
      'a claim that is not there',
      withRule('HOST-10', { claims: [3, 34] }),
      'HOST-10: claim 34 / a number of spec/claims.ts',
    ],
    [
      'a rule that serves nothing',
      withRule('HOST-10', { guarantees: [] }),
      'HOST-10: no guarantee / at least one guarantee it serves',
    ],
    [
      'a claim no rule of the baseline makes good',
      withRule('RESYNC-110', { profile: 'full' }),
      'number: 33: claim 33 without a rule / at least one rule of the baseline profile that names it',
    ],
    [
      'a broken wording that is not told',
      withRule('HOST-10', { mutantWorthy: true }),
      'HOST-10: mutantWorthy true / false, or an entry in spec/changes.ts',
    ],
    [
      'a guarantee nothing serves',
      {
        ...specification,
        guarantees: [
          ...specification.guarantees,
          { id: 'L5', title: 'Speed', statement: 'It is fast.', reason: 'It is.' },
        ],
      },
      'L5: guarantee L5 that no rule serves / at least one rule that names it',
    ],
    [
      'an answer that is no message',
      {
        ...specification,
        messages: specification.messages.map((message) => ({ ...message, answeredBy: ['nod'] })),
      },
      `probe: nod / one of ${specification.messages.length} known names`,
    ],
    [
      'a change of a rule that is not there',
      {
        ...specification,
        changes: specification.changes.map((change) => ({ ...change, rule: 'HOST-990' })),
      },
      'C-10: HOST-990 / one of 60 known names',
    ],
  ];
  test.each(cases)('%s', (_, broken, expected) => {
    expect(expectations(broken)).toContain(expected);
  });

  test('a fault is told with file and line', () => {
    const fault = faultsOf(withRule('HOST-20', { verb: 'MAY' }))[0]!;
    expect(faultText(fault, packageRoot)).toMatch(
      /^spec\/rules\.ts:[1-9]\d*: HOST-20: found verbs MUST in the statement, expected exactly one MAY$/,
    );
  });
});
