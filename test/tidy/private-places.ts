import type { File } from './repository.ts';

/** Written in pieces, so that this file does not name what it looks for. */
const machinePath = new RegExp(
  `(?<![\\w.:/-])/(?:${['wo' + 'rk', 'ro' + 'ot', 'ho' + 'me', 'Us' + 'ers'].join('|')})/[\\w.-]+`,
);
const windowsPath = /\b[A-Z]:\\\\?Users\b/;
const registryHost = new RegExp(
  `https?://[^\\s"']*(?:regis${'try'}|arti${'factory'}|nex${'us'})[^\\s"']*`,
);

/** Where a file names a machine's folder or a package host: the repository must not depend on either. */
export function privatePlaces(files: readonly File[]): string[] {
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => {
      const found = [machinePath, windowsPath, registryHost].find((pattern) => pattern.test(line));
      return found === undefined ? [] : [`${path}:${index + 1}: ${line.match(found)![0]}`];
    }),
  );
}
