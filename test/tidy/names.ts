import { type File, withoutComments, withoutStrings } from './repository.ts';

const drawers = /^(?:utils?|helpers?|common|misc|shared|types|lib)(?:\.ts)?$/i;
/** As a word of an identifier: `seq`, `nextSeq`, `msgCount`, but not `sequence`. */
const short = ['seq', 'addr', 'msg'];
const inside = short.map((word) => word[0]!.toUpperCase() + word.slice(1));
const abbreviation = new RegExp(
  `(?<![A-Za-z])(?:${short.join('|')})(?![a-z])|(?<=[a-z0-9])(?:${inside.join('|')})(?![a-z])`,
  'g',
);

/** Drawers that say nothing of what is in them, an index per folder, and abbreviations. */
export function namesRefused(files: readonly File[]): string[] {
  return files.flatMap(({ path, text }) => {
    const parts = path.split('/');
    const drawer = parts.find((part) => drawers.test(part));
    const index = parts.at(-1) === 'index.ts' && path !== 'src/index.ts';
    const code = withoutStrings(withoutComments(text));
    const words = [...new Set(code.match(abbreviation) ?? [])];
    return [
      ...(drawer === undefined ? [] : [`${path}: "${drawer}" is a drawer`]),
      ...(index ? [`${path}: an index hides the names of files`] : []),
      ...words.map((word) => `${path}: "${word}" is an abbreviation`),
    ];
  });
}
