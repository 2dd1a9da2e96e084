import {
  type AbstractRecord,
  type AbstractState,
  NOWHERE,
  type Write,
  writeOf,
} from '../../models/abstract/state.ts';
import type { Epoch } from '../../models/words.ts';

/**
 * A world as a trace of the text has it. The text begins where the first primary serves, in genesis: so
 * the epoch in which a world opens is genesis here, and all later ones move with it. The text decides and
 * stores a record in one step: a candidate whose record is not durable yet is still a candidate, and
 * nobody heard of its record.
 */
export function inWordsOfTheText(state: AbstractState, opened: Epoch): AbstractState {
  const { hosts, sites, words } = state;
  const isLater = ({ epoch }: { readonly epoch: Epoch }): boolean => epoch >= opened;
  const moved = (epoch: Epoch): Epoch => movedBy(opened, epoch);
  const movedWrite = (write: Write): Write => write - writeOf(opened, 0);
  return {
    sites: sites.map((its, site) => {
      const isDeciding = words.decided.some(
        ({ epoch }) => epoch % 3 === site && epoch === its.promised,
      );
      return {
        ...its,
        promised: moved(its.promised),
        record: moved(its.record),
        held: its.held.map(movedWrite),
        mixed: its.mixed === 0 || its.mixed === NOWHERE ? its.mixed : movedWrite(its.mixed),
        waiting: its.waiting.map(movedWrite),
        candidate: moved(isDeciding && its.up ? its.promised : its.candidate),
      };
    }) as unknown as AbstractState['sites'],
    hosts: {
      sent: hosts.sent.map(movedWrite),
      acknowledged: hosts.acknowledged.map(({ write, by }) => ({
        write: movedWrite(write),
        by: moved(by),
      })),
    },
    words: {
      records: words.records.filter(isLater).map((record) => movedRecord(record, opened)),
      decided: [],
      chosen: [],
      asked: words.asked.map(moved),
      promises: words.promises.map(({ epoch, summary }) => ({
        epoch: moved(epoch),
        summary: {
          ...summary,
          record: moved(summary.record),
          held: summary.held.map(movedWrite),
        },
      })),
      stored: words.stored
        .filter(isLater)
        .map((stored) => ({ ...stored, epoch: moved(stored.epoch) })),
      standing: words.standing.filter((epoch) => epoch >= opened).map(moved),
      said: words.said.filter(isLater).map((said) => ({ ...said, epoch: moved(said.epoch) })),
    },
  };
}

/** None stays none. */
const movedBy = (opened: Epoch, epoch: Epoch): Epoch => (epoch < 0 ? epoch : epoch - opened);

function movedRecord(record: AbstractRecord, opened: Epoch): AbstractRecord {
  const isFirst = record.epoch === opened;
  const { epoch, sequence } = record.parent;
  return {
    ...record,
    epoch: movedBy(opened, record.epoch),
    how: isFirst ? 'genesis' : record.how,
    parent: isFirst ? { epoch: -1, sequence: 0 } : { epoch: movedBy(opened, epoch), sequence },
    ends: record.ends
      .filter(([ancestor]) => ancestor >= opened)
      .map(([ancestor, end]) => [movedBy(opened, ancestor), end]),
  };
}
