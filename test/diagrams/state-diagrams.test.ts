import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { setup } from 'xstate';
import { mirrorChart } from '../../models/mirror.ts';
import { primaryChart } from '../../models/primary.ts';
import { sidefileChart } from '../../models/sidefile.ts';
import { renderCharts, staleOf, writePictures } from '../../src/diagrams/charts.ts';
import { renderMermaid } from '../../src/diagrams/mermaid.ts';
import { outlineOf } from '../../src/diagrams/outline.ts';

const door = setup({
  types: { events: {} as { type: 'push' | 'pull' | 'kick' } },
  actions: { creak: () => {} },
  guards: { isOiled: () => true, isLocked: () => false },
}).createMachine({
  id: 'door',
  initial: 'shut',
  states: {
    shut: {
      description: 'Nobody passes: it is shut.',
      on: {
        push: [{ guard: 'isLocked' }, { guard: 'isOiled', target: 'open' }, {}],
        pull: { target: 'open', actions: 'creak' },
        kick: {},
      },
    },
    open: { description: 'Anybody passes.', on: { kick: { actions: 'creak' } } },
  },
});

it('parallel transitions are one edge, and what is ignored on purpose is no edge', () => {
  const [region] = outlineOf(door).regions;
  expect(region?.edges).toEqual([
    {
      from: 'shut',
      to: 'open',
      causes: [
        { event: 'push', guard: 'isOiled', actions: [] },
        { event: 'pull', guard: '', actions: ['creak'] },
      ],
    },
  ]);
  expect(region?.reactions).toEqual([
    { from: 'open', event: 'kick', guard: '', actions: ['creak'] },
  ]);
});

it('Mermaid carries events, guards in words, and the sentence of each state as its note', () => {
  expect(renderMermaid(outlineOf(door).regions[0]!).split('\n')).toEqual([
    'stateDiagram-v2',
    '  [*] --> shut',
    '  shut --> open: push [is oiled]<br/>pull',
    '  note right of shut: Nobody passes#58;<br/>it is shut.',
    '  note right of open: Anybody passes.',
    '',
  ]);
});

it('every state of the three charts has a sentence, and it is in the pictures', async () => {
  const pictures = await renderCharts();
  for (const chart of [primaryChart, mirrorChart, sidefileChart]) {
    const { name, regions } = outlineOf(chart);
    const page = pictures.find(({ path }) => path === `${name}.md`)!.text;
    const drawn = pictures.find(({ path }) => path === `${name}.svg`)!.text;
    for (const state of regions.flatMap(({ states }) => states)) {
      expect(state.description, `${name}.${state.name}`).toMatch(/\.$/);
      expect(page).toContain(state.description);
      expect(drawn).toContain(`>${state.name}</text>`);
    }
  }
});

it('the two legs of a primary are alike and drawn once', () => {
  expect(outlineOf(primaryChart).regions.map(({ name, copies }) => [name, copies])).toEqual([
    ['service', 1],
    ['first, second', 2],
  ]);
});

it('the same charts give the same files; a missing and a changed file are stale', async () => {
  const pictures = await renderCharts();
  expect(await renderCharts()).toEqual(pictures);
  const folder = mkdtempSync(join(tmpdir(), 'diagrams-'));
  try {
    await writePictures(pictures, folder);
    expect(await staleOf(pictures, folder)).toEqual([]);
    rmSync(join(folder, 'mirror.md'));
    writeFileSync(join(folder, 'sidefile.svg'), '<svg/>');
    expect(await staleOf(pictures, folder)).toEqual(['mirror.md', 'sidefile.svg']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
