/** Where models, tests and checks name a rule. Found by reading source text; nothing is registered. */

export interface SourceFile {
  /** From the repository's root, with "/". */
  readonly path: string;
  readonly text: string;
}

/**
 * transition: a chart or a rule of the machines; property: one of the checker's; abstract: the Quint
 * protocol; test: a test's title; conformance: a check of the kit.
 */
export type MentionKind =
  | 'transition'
  | 'property'
  | 'mutant'
  | 'abstract'
  | 'test'
  | 'conformance';

export interface Mention {
  /** What is named, as written: it need not exist. */
  readonly id: string;
  readonly kind: MentionKind;
  readonly file: string;
  readonly line: number;
  /** The title or sentence, or the line it stands in. */
  readonly text: string;
}

const ruleLike = /\b[A-Z]{4,}-[0-9]+\b/g;
const propertyCall =
  /\b(?:always|sometimes|ends|transition|eventually)\s*(?:<[^()]*?>)?\(\s*(['"`])([A-Z]+-?[0-9]+)\1\s*,\s*(['"`])((?:\\.|(?!\3)[^\\])*)\3/g;
const titleCall =
  /\b(?:test|it|describe|scenario|rule)(?:\.\w+)*(?:\((?:[^()]|\([^()]*\))*\))?\(\s*(['"`])((?:\\.|(?!\1)[^\\])*)\1/g;

export function mentionsIn(files: readonly SourceFile[]): readonly Mention[] {
  return files.flatMap((file) => {
    if (file.path.startsWith('test/')) return titlesOf(file);
    if (file.path.startsWith('src/conformance/')) return linesOf(file, 'conformance');
    if (file.path.endsWith('.qnt')) return linesOf(file, 'abstract');
    if (!file.path.startsWith('models/') || file.path === 'models/chart-rules.ts') return [];
    if (/mutant/.test(file.path)) return linesOf(file, 'mutant');
    const properties = propertiesOf(file);
    const taken = new Set(properties.map(({ id, line }) => `${line} ${id}`));
    const others = linesOf(file, 'transition');
    return [...properties, ...others.filter(({ id, line }) => !taken.has(`${line} ${id}`))];
  });
}

function propertiesOf(file: SourceFile): readonly Mention[] {
  return [...file.text.matchAll(propertyCall)].map((call) => ({
    id: call[2]!,
    kind: 'property',
    file: file.path,
    line: lineAt(file.text, call.index + call[0].indexOf(call[2]!)),
    text: call[4]!,
  }));
}

function titlesOf(file: SourceFile): readonly Mention[] {
  return [...file.text.matchAll(titleCall)].flatMap((call) =>
    [...new Set(call[2]!.match(ruleLike) ?? [])].map((id) => ({
      id,
      kind: 'test' as const,
      file: file.path,
      line: lineAt(file.text, call.index),
      text: call[2]!,
    })),
  );
}

function linesOf(file: SourceFile, kind: MentionKind): readonly Mention[] {
  return file.text.split('\n').flatMap((text, index) =>
    [...new Set(text.match(ruleLike) ?? [])].map((id) => ({
      id,
      kind,
      file: file.path,
      line: index + 1,
      text: text.trim(),
    })),
  );
}

const lineAt = (text: string, index: number): number => text.slice(0, index).split('\n').length;
