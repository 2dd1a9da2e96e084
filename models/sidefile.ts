import { setup } from 'xstate';
import { act, ask, type ChartEvent, type Reaction } from './chart.ts';
import { noteExported, noteExportRefused } from './rules/export.ts';
import * as storage from './rules/storage.ts';

/**
 * One site's sidefile. Entries are received, stored, committed, applied, settled and retired;
 * what a peer is not known to hold becomes bits before it is dropped.
 */
const onward = [
  'applyCommitted',
  'settleForStage',
  'makeRoom',
  'persistCommitted',
  'persistChanges',
] as const;

export const sidefileChart = setup({
  types: { context: {} as Reaction, events: {} as ChartEvent, input: {} as Reaction },
  actions: {
    noteStored: act(storage.noteStored),
    notePersisted: act(storage.notePersisted),
    noteApplied: act(storage.noteApplied),
    noteFlushed: act(storage.noteFlushed),
    noteExported: act(noteExported),
    noteExportRefused: act(noteExportRefused),
    applyCommitted: act(storage.applyCommitted),
    applyWaiting: act(storage.applyWaiting),
    settleForStage: act(storage.settleForStage),
    makeRoom: act(storage.makeRoom),
    carryCommit: act(storage.carryCommit),
    persistCommitted: act(storage.persistCommitted),
    persistChanges: act(storage.persistChanges),
  },
  guards: {
    isFull: ask(storage.isFull),
    isPressed: ask(storage.isPressed),
  },
}).createMachine({
  id: 'sidefile',
  context: ({ input }) => input,
  initial: 'roomy',
  on: {
    stored: { actions: 'noteStored' },
    persisted: { actions: 'notePersisted' },
    applied: { actions: 'noteApplied' },
    flushed: { actions: 'noteFlushed' },
    exported: { actions: 'noteExported' },
    exportRefused: { actions: 'noteExportRefused' },
    timeout: { actions: ['carryCommit', 'applyWaiting'] },
    carryOn: [
      {
        guard: 'isFull',
        target: '.full',
        actions: [...onward],
      },
      {
        guard: 'isPressed',
        target: '.pressed',
        actions: [...onward],
      },
      {
        target: '.roomy',
        actions: [...onward],
      },
    ],
  },
  states: {
    roomy: {
      description: 'A stride of entries still fits; nothing needs to go.',
    },
    pressed: {
      description:
        'The oldest settled entries are on their way out, with bits for whoever lacks them.',
    },
    full: {
      description:
        'The window is closed: nothing beyond it is accepted until entries settle and retire.',
    },
  },
});
