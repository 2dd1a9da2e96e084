import { describe, expect, test } from 'vitest';
import { explain, explanationText } from '../../src/spec-book/explain.ts';
import type { SourceFile } from '../../src/spec-book/mentions.ts';
import { passageOf, passageText } from '../../src/spec-book/passage.ts';
import { SpecError } from '../../src/spec-book/spec-error.ts';
import { specification } from '../../src/spec-book/specification.ts';

const sources: readonly SourceFile[] = [
  {
    path: 'models/properties.ts',
    text: "always(\n  'EPOCH-30',\n  'nobody promises twice',\n  (world) => true,\n)",
  },
  { path: 'models/mirror.ts', text: "\ndescription: 'Its promise is durable (EPOCH-30).'" },
  {
    path: 'test/runtime/promise.test.ts',
    text: "scenario('EPOCH-30: it promises once', async () => {\n  // EPOCH-40 is another matter\n});",
  },
  { path: 'src/conformance/promise.ts', text: "check('EPOCH-30', promisesOnce);" },
  { path: 'spec/sidefile.qnt', text: '// EPOCH-30' },
];

describe('explain', () => {
  test('tells of a rule its claims, guarantees, messages and the runs that broke it', () => {
    const explanation = explain('PRIMARY-20', { sources });
    expect(explanation.rule.verb).toBe('MUST');
    expect(explanation.claims.map(({ number }) => number)).toEqual([27, 28, 30, 31]);
    expect(explanation.guarantees.map(({ id }) => id)).toEqual(['S1', 'S2']);
    expect(explanation.messages).toEqual(['write', 'advance']);
    expect(explanation.changes.map(({ mark }) => mark)).toEqual(['C-30', 'C-35']);
  });

  test('finds machines, properties, tests and checks that name the rule', () => {
    const { mentions } = explain('epoch-30', { sources });
    expect(mentions.transition.map(({ text }) => text)).toContain(
      'promising to promised, by itself: owesPromise sendPromise',
    );
    const places = Object.values(mentions)
      .flat()
      .filter(({ text }) => /EPOCH-30|twice/.test(text))
      .map(({ kind, file, line, text }) => `${kind} ${file}:${line} ${text}`);
    expect(places).toEqual([
      "transition models/mirror.ts:2 description: 'Its promise is durable (EPOCH-30).'",
      'property models/properties.ts:2 nobody promises twice',
      'abstract spec/sidefile.qnt:1 // EPOCH-30',
      'test test/runtime/promise.test.ts:1 EPOCH-30: it promises once',
      "conformance src/conformance/promise.ts:1 check('EPOCH-30', promisesOnce);",
    ]);
  });

  test('shows the mutant and its counterexample when it is given a registry', () => {
    const mutants = [
      { name: 'promises-twice', rule: 'EPOCH-30', counterexample: 'P promises 3\nP promises 3' },
      { name: 'forgets', rule: 'EPOCH-10' },
    ];
    const explanation = explain('EPOCH-30', { sources, mutants });
    expect(explanation.mutants.map(({ name }) => name)).toEqual(['promises-twice']);
    expect(explanationText(explanation)).toContain(
      'Mutant\n  promises-twice\n    P promises 3\n    P promises 3\n',
    );
  });

  test('says what names the rule nowhere', () => {
    const text = explanationText(explain('LINK-20', { sources }));
    expect(text).toContain('LINK-20  MUST, site, full profile, observed: entity');
    expect(text).toContain(
      'Named by no: machine, property, abstract protocol, test, conformance, mutant',
    );
  });

  test('says that there is nothing to look in, without claiming that nothing is there', () => {
    const text = explanationText(explain('HOST-10', { sources: [] }));
    expect(text).toContain('There are no sources here');
    expect(text).not.toContain('Named by no');
  });

  test('answers for every rule, as plain data', () => {
    for (const { id } of specification.rules) {
      const explanation = explain(id, { sources });
      expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation);
      expect(explanationText(explanation)).toContain(explanation.rule.intent);
    }
  });
});

describe('what is no rule has an explanation too', () => {
  const { guarantees, assumptions, changes } = specification;

  test('a guarantee with the rules it rests on', () => {
    for (const { id, statement } of guarantees) {
      const passage = passageOf(id.toLowerCase())!;
      expect(passage.kind).toBe('guarantee');
      expect(passageText(passage)).toContain(statement);
    }
    const rules = specification.rules.filter((rule) => rule.guarantees.some((id) => id === 'S4'));
    expect(passageText(passageOf('S4')!)).toContain(
      `Rests on\n  ${rules.map(({ id }) => id).join(', ')}`,
    );
  });

  test('an assumption, and a wording that was broken', () => {
    for (const { id, test: advice } of assumptions)
      expect(passageText(passageOf(id)!)).toContain(advice);
    for (const { mark, rule, before, run } of changes) {
      const text = passageText(passageOf(mark)!);
      for (const part of [rule, before, run]) expect(text).toContain(part);
    }
  });

  test.each(['S10', 'A-11', 'C-1', 'EPOCH-30', ''])('%j is none of these', (typed) => {
    expect(passageOf(typed)).toBe(null);
  });
});

describe('explain of an unknown id', () => {
  const errorOf = (id: string): SpecError => {
    try {
      explain(id, { sources });
    } catch (error) {
      if (error instanceof SpecError) return error;
    }
    throw new Error(`${id} was explained`);
  };

  test('is a coded error that lists ids like it', () => {
    const error = errorOf('EPOCH-31');
    expect(error.code).toBe('unknown-rule');
    expect(error.message).toMatch(/^There is no rule of this id\. Found "EPOCH-31", expected/);
    expect(error.suggestions).toHaveLength(4);
    expect(error.suggestions).toContain('EPOCH-30');
  });

  test.each([
    ['SIDFILE-60', 'SIDEFILE-60'],
    ['RECOVRY10', 'RECOVERY-10'],
    ['link10', 'LINK-10'],
  ])('%s: did you mean %s?', (typed, meant) => {
    expect(errorOf(typed).suggestions[0]).toBe(meant);
  });

  test.each(['', '   ', 'constructor', '\u0000', 'A'.repeat(500)])('%j is no rule', (typed) => {
    expect(errorOf(typed).code).toBe('unknown-rule');
  });
});
