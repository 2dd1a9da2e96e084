import { describe, expect, test } from 'vitest';
import { untested } from '../../spec/untested.ts';
import { mentionsIn, type SourceFile } from '../../src/spec-book/mentions.ts';
import { distance } from '../../src/spec-book/near.ts';
import { readSources } from '../../src/spec-book/source-files.ts';
import { specification } from '../../src/spec-book/specification.ts';
import { type Evidence, evidenceOf, openGaps, trace } from '../../src/spec-book/traceability.ts';
import { renderTraceability } from '../../src/spec-book/traceability-table.ts';

const file = (path: string, text: string): SourceFile => ({ path, text });
const of = (sources: readonly SourceFile[]): Evidence => ({
  sources,
  charts: [],
  astray: { unknown: [], idle: [] },
});
const kinds = (...files: SourceFile[]) =>
  mentionsIn(files).map(({ kind, id, line }) => `${kind} ${id} ${line}`);

describe('mentions', () => {
  test('a property is one by its constructor, over several lines and with a template', () => {
    const text =
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the source as it is written
      "x\n  ...each((name) => always(\n 'S1',\n `${name} holds, isn't it`,\n ['host'], f))";
    expect(mentionsIn([file('models/properties.ts', text)])).toEqual([
      {
        id: 'S1',
        kind: 'property',
        file: 'models/properties.ts',
        line: 3,
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the source as it is written
        text: "${name} holds, isn't it",
      },
    ]);
  });

  test('every constructor of a property counts', () => {
    const text = ['always', 'sometimes', 'ends', 'transition', 'eventually']
      .map((name) => `${name}<World>('HOST-10', 'a sentence', reads, f);`)
      .join('\n');
    expect(kinds(file('models/properties.ts', text))).toEqual(
      [1, 2, 3, 4, 5].map((line) => `property HOST-10 ${line}`),
    );
  });

  test('a line of a machine, of a mutant, of the kit and of the abstract protocol counts', () => {
    expect(kinds(file('models/mirror.ts', '// LINK-10 and LINK-20'))).toEqual([
      'transition LINK-10 1',
      'transition LINK-20 1',
    ]);
    expect(kinds(file('models/mutants.ts', "rule: 'LINK-10'"))).toEqual(['mutant LINK-10 1']);
    expect(kinds(file('src/conformance/a.ts', "'LINK-10'"))).toEqual(['conformance LINK-10 1']);
    expect(kinds(file('spec/sidefile.qnt', '\n/// LINK-10'))).toEqual(['abstract LINK-10 2']);
  });

  test('a test counts by its title, not by its comments', () => {
    const text = [
      "test('HOST-10: numbers', () => {",
      '  // HOST-20',
      "  const id = 'HOST-20';",
      '});',
      "test.each([[1, (2)]])('HOST-30: %i', () => {});",
      "describe('it isn\\'t HOST-40', () => {});",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the source as it is written
      'scenario(`PRIMARY-10: ${name}`, play);',
      "rule('EPOCH-30');",
    ].join('\n');
    expect(kinds(file('test/a.test.ts', text))).toEqual([
      'test HOST-10 1',
      'test HOST-30 5',
      'test HOST-40 6',
      'test PRIMARY-10 7',
      'test EPOCH-30 8',
    ]);
  });

  test('other sources name nothing', () => {
    expect(kinds(file('src/runtime/site.ts', '// LINK-10'))).toEqual([]);
  });
});

describe('the table', () => {
  const everything = specification.rules.flatMap(({ id }) => [
    file(`models/chart-${id}.ts`, id),
    file(`models/properties-${id}.ts`, `always('${id}', 'a sentence', f)`),
    file(`models/mutants/${id}.ts`, id),
    file(`test/${id}.test.ts`, `test('${id}: holds', () => {});`),
    file(`src/conformance/${id}.ts`, id),
  ]);
  const properties = specification.guarantees.map(({ id }) => `always('${id}', 'holds', f)`);
  const complete = [...everything, file('models/guarantees.ts', properties.join('\n'))];

  test('has no gap when everything is named', () => {
    expect(openGaps(trace(specification, of(complete), []))).toEqual([]);
  });

  test.each([
    ['models/properties-HOST-10.ts', 'test/HOST-10.test.ts', 'src/conformance/HOST-10.ts'],
  ])('a rule that nothing checks is a gap', (...left) => {
    const gaps = trace(
      specification,
      of(complete.filter(({ path }) => !left.includes(path))),
      [],
    ).gaps;
    expect(gaps.map(({ subject, kind }) => `${subject} ${kind}`)).toEqual([
      'HOST-10 test',
      'HOST-10 conformance',
    ]);
  });

  test('a broken wording without a mutant is a gap', () => {
    const left = complete.filter(({ path }) => path !== 'models/mutants/EPOCH-40.ts');
    expect(trace(specification, of(left), []).gaps).toEqual([
      {
        subject: 'EPOCH-40',
        kind: 'mutant',
        expected: 'a mutant that names it',
        reason: null,
      },
    ]);
  });

  test('a gap with a reason stays in the table and is not open', () => {
    const left = complete.filter(({ path }) => path !== 'models/mutants/EPOCH-40.ts');
    const reasons = [{ subject: 'EPOCH-40', column: 'mutant', reason: 'Because.' }] as const;
    const traceability = trace(specification, of(left), reasons);
    expect(openGaps(traceability)).toEqual([]);
    expect(renderTraceability(traceability, specification)).toContain(
      '- No mutant for EPOCH-40: Because.\n',
    );
  });

  test('a reason for a cell that is not empty is a gap of its own', () => {
    const reasons = [{ subject: 'EPOCH-40', column: 'mutant', reason: 'Because.' }] as const;
    const open = openGaps(trace(specification, of(complete), reasons));
    expect(open.map(({ subject, kind }) => `${subject} ${kind}`)).toEqual(['EPOCH-40 reason']);
  });

  test('a property or a test that names no rule of the book is a gap', () => {
    const strays = [
      file('models/stray.ts', "always('CONV-10', 'equal', f)"),
      file('test/stray.test.ts', "test('HOST-990: what?', f);"),
    ];
    const open = openGaps(trace(specification, of([...complete, ...strays]), []));
    expect(open.map(({ subject, expected }) => `${subject} ${expected}`)).toEqual([
      'models/stray.ts:1 a property that names a known rule, not CONV-10',
      'test/stray.test.ts:1 a test that names a known rule, not HOST-990',
    ]);
  });

  test('a name of the charts without rules, and a name no chart has, are gaps', () => {
    const astray = { unknown: ['nod'], idle: ['wink'] };
    const open = openGaps(trace(specification, { ...of(complete), astray }, []));
    expect(open.map(({ subject, kind }) => `${subject} ${kind}`)).toEqual([
      'nod name',
      'wink name',
    ]);
  });

  test('every name of the charts says which rules it carries out', () => {
    expect(evidenceOf([]).astray).toEqual({ unknown: [], idle: [] });
  });

  test('a reason for all rows of a column is one entry', () => {
    const left = complete.filter(({ path }) => !path.startsWith('src/conformance/'));
    const reasons = [{ subject: 'all', column: 'conformance', reason: 'Later.' }] as const;
    expect(openGaps(trace(specification, of(left), reasons))).toEqual([]);
    const idle = openGaps(trace(specification, of(complete), reasons));
    expect(idle.map(({ kind }) => kind)).toEqual(['reason']);
  });

  test('a message that only the machines or only the book know is a gap', () => {
    const names = specification.messages.map(({ name }) => name).slice(1);
    const text = [...names, 'nod'].map((name) => `{ readonly type: '${name}' }`).join('\n');
    const open = openGaps(
      trace(specification, of([...complete, file('models/message.ts', text)]), []),
    );
    expect(open.map(({ subject, kind }) => `${subject} ${kind}`)).toEqual([
      'nod message',
      'probe message',
    ]);
  });

  test('of this repository has a row for every claim and rule, and counts its gaps', () => {
    const traceability = trace(specification, evidenceOf(readSources()), untested);
    const text = renderTraceability(traceability, specification);
    expect(traceability.claims).toHaveLength(33);
    expect(traceability.rules).toHaveLength(specification.rules.length);
    expect(text).toContain(`Now: ${openGaps(traceability).length} gaps without a reason`);
    for (const gap of openGaps(traceability)) expect(text).toContain(`- ${gap.subject}: lacks`);
  });

  test('gives reasons only for rows that exist', () => {
    const subjects = [
      'all',
      ...specification.rules.map(({ id }) => id as string),
      ...specification.claims.map(({ number }) => `claim ${number}`),
    ];
    for (const { subject } of untested) expect(subjects).toContain(subject);
  });
});

test('distance counts letters put in, taken out and exchanged', () => {
  expect(distance('', '')).toBe(0);
  expect(distance('LINK-10', 'LINK-10')).toBe(0);
  expect(distance('link', '')).toBe(4);
  expect(distance('kitten', 'sitting')).toBe(3);
  expect(distance('sitting', 'kitten')).toBe(3);
});
