import { bitsOfPeer } from '../bitmap.ts';
import { blocksOf, unionOf } from '../bits.ts';
import { applied, recover, rottenContent } from '../disk.ts';
import { elect } from '../election.ts';
import { isPrefix } from '../header.ts';
import { type History, liesOn, newestOf } from '../history.ts';
import { include, missingOf, newestOfHolding } from '../holding.ts';
import { always, ofParts, type Property } from '../model.ts';
import { type Node, nodeName } from '../node.ts';
import { type Direction, exchanged, plan, planDigest, shipsBlocks } from '../plan.ts';
import { adopt } from '../rules/adopt.ts';
import { withEntries } from '../rules/storage.ts';
import { summaryOf } from '../rules/summary.ts';
import { appendEntries, entriesOf, entryAt } from '../sidefile-log.ts';
import { type SiteContext, startingSite, type Turn } from '../site.ts';
import { othersOf, type Sequence, type SiteId } from '../words.ts';
import { everyPair, itsStanding, itsWrites, type Standing, type Written } from './facts.ts';

/**
 * If these two sites lost power now and were resynced with each other alone: is their plan the same
 * from either side, and does carrying it out, on what their disks hold, make them equal (S6, S7)?
 */

/** One of the two, with the bytes its volumes hold. */
interface Party {
  site: SiteContext;
  volume: readonly number[];
}

/** As it is after a start: a mark redone, and c applied where the volume is a prefix. */
function partyOf(node: Standing): Party {
  const { disk } = node;
  const staged = disk.header.consistency.kind === 'staged';
  const header = staged
    ? { ...disk.header, consistency: { kind: 'consistent' } as const }
    : disk.header;
  const site = startingSite(node.config, { ...recover(disk), header });
  const volume = [...disk.flushed];
  if (staged) for (const { block, content } of disk.stage) volume[block] = content;
  const party: Party = { site, volume };
  applyThrough(party, Math.min(site.durable, site.held.contiguous));
  return party;
}

function applyThrough(party: Party, through: Sequence): void {
  const { header } = party.site;
  if (!isPrefix(header)) return;
  const redo = entriesOf(party.site.log, party.site.applied + 1, through);
  party.volume = applied(party.volume, redo, header);
  if (through > party.site.applied) party.site = { ...party.site, applied: through };
}

interface Resynced {
  /** Was the plan the same from either side, and are both equal afterwards? */
  readonly fair: boolean;
  /** Null: refused, an operator decides. */
  readonly outcome: Outcome | null;
}

interface Outcome {
  readonly history: History;
  readonly end: Sequence;
  readonly before: readonly (readonly number[])[];
  readonly after: readonly Party[];
}

function resynced(one: Standing, other: Standing): Resynced {
  const parties = [partyOf(one), partyOf(other)] as const;
  const [first, second] = parties.map(({ site }) => summaryOf(site)) as [
    ReturnType<typeof summaryOf>,
    ReturnType<typeof summaryOf>,
  ];
  const weakness = one.config.weakness === other.config.weakness ? one.config.weakness : null;
  const planned = plan(first, second, weakness);
  const symmetric =
    JSON.stringify(exchanged(plan(second, first, weakness))) === JSON.stringify(planned);
  if (planned.kind === 'refuse') return { fair: symmetric, outcome: null };
  const { history, end } = elect(first, second);
  const before = parties.map(({ volume }) => volume);
  for (const party of parties) cut(party, history, end);
  const directions = [planned.toFirst, planned.toSecond] as const;
  const lacked = [0, 1].some(
    (to) => !streamed(parties[to]!, parties[1 - to]!, directions[to]!, end),
  );
  for (const party of parties) {
    applyThrough(party, Math.min(end, party.site.held.contiguous));
  }
  for (const to of [0, 1]) ship(parties[to]!, parties[1 - to]!, directions[to]!, end);
  const fair = symmetric && !lacked && areEqual(parties, end);
  return { fair, outcome: { history, end, before, after: parties } };
}

/** Both take a record that goes on from the elected end, by the rule that every site takes records. */
function cut(party: Party, history: History, end: Sequence): void {
  const newest = newestOf(history)!;
  const parent = { epoch: newest.epoch, sequence: end };
  const record = {
    ...newest,
    epoch: newest.epoch + 3,
    parent,
    how: 'majority' as const,
    lossBeyond: null,
  };
  const turn: Turn = { site: party.site, effects: [] };
  adopt(turn, [...history, record]);
  party.site = turn.site;
}

/** A delta: the writes that are lacking, from the other's sidefile. False: it does not have them. */
function streamed(target: Party, source: Party, direction: Direction, end: Sequence): boolean {
  if (direction.verdict !== 'delta') return true;
  const given = missingOf(target.site.held, end).flatMap(({ first, last }) =>
    Array.from({ length: last - first + 1 }, (_, index) => entryAt(source.site.log, first + index)),
  );
  const entries = given.filter((entry) => entry !== null);
  let { held } = target.site;
  for (const { sequence } of entries) held = include(held, { first: sequence, last: sequence });
  const log = appendEntries(target.site.log, entries);
  target.site = { ...target.site, log, held };
  return entries.length === given.length;
}

/** An update: the blocks its source would name, and the position they stand for. */
function ship(target: Party, source: Party, direction: Direction, end: Sequence): void {
  if (!shipsBlocks(direction)) return;
  const { header, held } = target.site;
  const reached = isPrefix(header) ? held.contiguous : Math.min(header.settled, held.contiguous);
  const beyond = entriesOf(source.site.log, reached + 1, end);
  const dropped = bitsOfPeer(source.site.header.peers[target.site.config.site]);
  const bits = unionOf(dropped, header.repair);
  const marked = blocksOf(withEntries(header, bits, beyond));
  const all = direction.verdict === 'compare-blocks';
  target.volume = target.volume.map((content, block) =>
    all || marked.includes(block) ? source.volume[block]! : content,
  );
  target.site = { ...target.site, held: include(held, { first: 1, last: end }), applied: end };
}

function areEqual(parties: readonly [Party, Party], end: Sequence): boolean {
  const [one, other] = parties;
  const whole = parties.every(
    ({ site }) => site.held.contiguous === end && newestOfHolding(site.held) === end,
  );
  return whole && one.volume.join() === other.volume.join();
}

/** Every block holds what it held before, or something newer; but for what the history gave up. */
function replacesNothingNewer(host: Written, { outcome }: Resynced): boolean {
  if (outcome === null) return true;
  const { after, before, end, history } = outcome;
  return after.every((party, index) =>
    party.volume.every((content, block) => {
      const was = before[index]![block]!;
      if (was === content || was === 0) return true;
      const position = host.writes[was - 1]?.position;
      if (!position || position.sequence > end || !liesOn(history, position)) return true;
      const now = content === 0 ? undefined : host.writes[content - 1]?.position;
      return now != null && now.sequence > position.sequence;
    }),
  );
}

const untold: Resynced = { fair: true, outcome: null };

/** What two sites' disks hold decides it: worlds that differ in anything else share the answer. */
function remembered(): (one: Standing, other: Standing) => Resynced {
  const names = new Map<string, number>();
  const known = new WeakMap<Standing, number>();
  const answers = new Map<number, Resynced>();
  const nameOf = (node: Standing): number => {
    const before = known.get(node);
    if (before !== undefined) return before;
    const { ring: _, rest: __, cached: ___, ...durable } = node.disk;
    const text = JSON.stringify(durable);
    const name = names.get(text) ?? names.size;
    names.set(text, name);
    known.set(node, name);
    return name;
  };
  return (one, other) => {
    // Blocks that have rotted are found and mended by verify, not by a plan.
    if ([one, other].some(({ disk }) => disk.flushed.includes(rottenContent))) return untold;
    const key = nameOf(one) * 2 ** 24 + nameOf(other);
    const before = answers.get(key);
    if (before !== undefined) return before;
    const answer = resynced(one, other);
    answers.set(key, answer);
    return answer;
  };
}

/** For one world: what it remembers is not shared with another. */
export function resyncsOf(): readonly Property[] {
  const between = remembered();
  return everyPair
    .filter(([one, other]) => one < other)
    .map(([one, other]) => [nodeName(one), nodeName(other)] as const)
    .flatMap(([one, other]) => [
      ofParts(
        always(
          'S6',
          `a resync of ${one} and ${other} is planned alike by both and makes them equal`,
          [one, other],
          (first: Standing, second: Standing) => between(first, second).fair,
        ),
        { [one]: itsStanding, [other]: itsStanding },
      ),
      ofParts(
        always(
          'S7',
          `a resync of ${one} and ${other} replaces no newer data by older`,
          ['host', one, other],
          (host: Written, first: Standing, second: Standing) =>
            replacesNothingNewer(host, between(first, second)),
        ),
        { host: itsWrites, [one]: itsStanding, [other]: itsStanding },
      ),
    ]);
}

/** Where one site is of another version: of the same two summaries both make one plan, or nothing is shipped. */
export function plannedAlike(odd: SiteId): readonly Property[] {
  return othersOf(odd).map((other) =>
    always(
      'RESYNC-30',
      `${nodeName(other)} ships blocks to ${nodeName(odd)} only by a plan that both make`,
      [nodeName(other), nodeName(odd)],
      (source: Node, target: Node) => {
        const [own, theirs] = [source.site?.context, target.site?.context];
        if (!own || !theirs || own.peers[odd].phase !== 'shipping') return true;
        const [one, two] = [summaryOf(own), summaryOf(theirs)];
        const here = plan(one, two, source.config.weakness);
        return planDigest(here) === planDigest(plan(two, one, target.config.weakness));
      },
    ),
  );
}
