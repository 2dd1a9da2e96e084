import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnyStateMachine } from 'xstate';
import { mirrorChart } from '../../models/mirror.ts';
import { primaryChart } from '../../models/primary.ts';
import { sidefileChart } from '../../models/sidefile.ts';
import { makeFolder } from '../backend/make-folder.ts';
import { writeWhole } from '../write-whole.ts';
import { renderArrangement } from './arrangement.ts';
import { renderSvg } from './graphviz.ts';
import { outlineOf } from './outline.ts';
import { renderPage } from './page.ts';
import { renderStories, renderStory, stories } from './stories.ts';

/** One generated file. */
export interface Picture {
  /** Relative to the folder of the diagrams. */
  readonly path: string;
  readonly text: string;
}

export const charts: readonly { readonly chart: AnyStateMachine; readonly source: string }[] = [
  { chart: primaryChart, source: 'models/primary.ts' },
  { chart: mirrorChart, source: 'models/mirror.ts' },
  { chart: sidefileChart, source: 'models/sidefile.ts' },
];

/** Every generated picture; the same machines give the same text, byte by byte. */
export async function renderPictures(): Promise<readonly Picture[]> {
  const told: Picture[] = [{ path: 'stories.md', text: renderStories() }];
  for (const story of stories) {
    told.push({ path: `${story.name}.svg`, text: await renderStory(story) });
  }
  return [...(await renderCharts()), ...told];
}

/** The arrangement, and the state diagrams of the three charts. */
export async function renderCharts(): Promise<readonly Picture[]> {
  const pictures: Picture[] = [{ path: 'arrangement.svg', text: await renderArrangement() }];
  for (const { chart, source } of charts) {
    const outline = outlineOf(chart);
    pictures.push({ path: `${outline.name}.md`, text: renderPage(outline, source) });
    pictures.push({ path: `${outline.name}.svg`, text: await renderSvg(outline) });
  }
  return pictures;
}

/** Which of these files are missing in the folder, or hold something else. */
export async function staleOf(pictures: readonly Picture[], folder: string): Promise<string[]> {
  const stale: string[] = [];
  for (const { path, text } of pictures) {
    const found = await readFile(join(folder, path), 'utf8').catch(() => null);
    if (found !== text) stale.push(path);
  }
  return stale;
}

export async function writePictures(pictures: readonly Picture[], folder: string): Promise<void> {
  await makeFolder(folder);
  for (const { path, text } of pictures) await writeWhole(join(folder, path), text);
}
