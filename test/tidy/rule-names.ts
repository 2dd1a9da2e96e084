import type { File } from './repository.ts';

/** Rules that are named somewhere and exist nowhere. */
export function unknownRules(files: readonly File[], ids: readonly string[]): string[] {
  const known = new Set(ids);
  const areas = [...new Set(ids.map((id) => id.split('-')[0]))].join('|');
  const mention = new RegExp(`\\b(?:${areas})-[0-9]+\\b`, 'g');
  return files.flatMap(({ path, text }) =>
    [...new Set(text.match(mention) ?? [])]
      .filter((id) => !known.has(id))
      .map((id) => `${path}: there is no rule ${id}`),
  );
}
