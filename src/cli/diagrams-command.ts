import { join } from 'node:path';
import { Command } from 'commander';
import { renderPictures, staleOf, writePictures } from '../diagrams/charts.ts';
import { forOption, wantedFolder } from './for-option.ts';
import { pathName } from './path-name.ts';
import type { Terminal } from './terminal.ts';

interface Options {
  readonly check?: true;
  readonly output: string;
  readonly json?: true;
}

const usualFolder = join('docs', 'diagrams');

export function diagramsCommand(terminal: Terminal, outcome: (exitCode: number) => void): Command {
  return new Command('diagrams')
    .description('state diagrams of the three charts and the main stories, as Mermaid and SVG')
    .option('--check', 'write nothing; exit 1 if a file is not what the machines say')
    .option('--output <folder>', 'where the files go', pathName, usualFolder)
    .option('--json', 'one JSON document')
    .action(async ({ check, output, json }: Options) => {
      const pictures = await renderPictures();
      const stale = await staleOf(pictures, output);
      if (check !== true) {
        await forOption('--output', output, wantedFolder, () => writePictures(pictures, output));
      }
      const failed = check === true && stale.length > 0;
      outcome(failed ? 1 : 0);
      if (json) {
        const files = pictures.map(({ path }) => path);
        terminal.print(JSON.stringify({ folder: output, files, stale, written: check !== true }));
      } else terminal.print(sentence(stale, pictures.length, output, check === true));
    });
}

function sentence(stale: readonly string[], count: number, folder: string, check: boolean): string {
  if (!check) return `${count} files in ${folder}, ${stale.length} of them new or changed`;
  if (stale.length === 0) return `${count} files in ${folder} are what the machines say`;
  const lines = stale.map((path) => `stale: ${join(folder, path)}`);
  const option = folder === usualFolder ? '' : ` --output ${folder}`;
  return [...lines, `Run \`npx sidefile diagrams${option}\` and commit what changes.`].join('\n');
}
