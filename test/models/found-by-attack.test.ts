import { expect, test } from 'vitest';
import { waitsOfAll } from '../../models/diagnosis.ts';
import { epochOf } from '../../models/site.ts';
import { played, waitsIn } from './attack/played.ts';
import { type Ended, replay } from './attack/run.ts';
import type { Setup } from './attack/setup.ts';
import { World } from './attack/world.ts';

interface Found {
  /** What the run once broke. */
  readonly claim: string;
  readonly setup: Setup;
  readonly lines: string;
}

/** A schedule that once did not come to rest, shrunk by the attack that found it. */
const takeOverWhileAdopting: Found = {
  claim:
    'EPOCH-20: a mirror told to take over while it adopts a record still answers for that record',
  setup: {
    blocks: 8,
    writes: Array.from({ length: 16 }, () => [0, 1] as const),
    slow: [1],
    config: {
      sidefile: { mode: 'fixed', capacity: 3, limit: 3, basis: 'newest', headroom: 2 },
      onLegLoss: 'stop',
      syncFar: true,
      takeover: 'any',
    },
  },
  lines:
    'crash P kept, start P, heal PA, crash S kept, start S, timeout A election, heal PS, settle, timeout P patience, deliver PS, deliver PA, deliver AP, disk S rest, deliver SP, deliver PS, takeOver S',
};

/** Seed 5039: P cuts 3.1 by a record of its own, and c of the new epoch reached 9.1 of another host. */
const primaryAgain: Found = {
  claim:
    'HOST-20: what a site cuts when it becomes primary again is not acknowledged by its successor',
  setup: {
    blocks: 4,
    writes: Array.from({ length: 6 }, (_, index) => [index % 4, 1] as const),
    slow: [],
    config: { takeover: 'holder' },
  },
  lines:
    'cut PS, cut PA, write P 1, timeout S election, settle, crash S kept, start S, heal SA, heal PS, timeout S election, deliver SA, deliver AS, deliver SP, deliver SP, heal PA, timeout P election, settle, write P 1, settle',
};

/** Seed 2063: P lacks 1..3; S has 1 of them, and the sidefile of A 2..3. P asked for all or nothing, epoch after epoch. */
const givenByTwo: Found = {
  claim:
    'EPOCH-80: a primary fetches what was elected from two mirrors of which none has all of it',
  setup: {
    blocks: 4,
    writes: Array.from({ length: 20 }, (_, index) => [index % 4, 1] as const),
    slow: [0],
    config: { takeover: 'any' },
  },
  lines:
    'write P 1, copy P, settle, crash S lost, write P 4, settle, write P 1, deliver PA, crash P lost, restore P, crash A lost unnoticed',
};

/**
 * A has noted durably that P held 1, and starts again: its first header must not replace the note by that of no
 * session. Else P, set back to a copy without 1, gets the vote that EPOCH-100 refuses it, and 1 is cut with no loss recorded.
 */
const noteForgotten: Found = {
  claim: 'EPOCH-100: what a site noted of another before a restart still tells that one shows less',
  setup: {
    blocks: 4,
    writes: Array.from({ length: 8 }, (_, index) => [index % 4, 1] as const),
    slow: [2],
    config: { takeover: 'holder' },
  },
  lines:
    'copy P, write P 1, deliver PS, deliver SP, write P 1, deliver PA, deliver PA, cut PA, disk A rest, crash A lost, crash S lost, crash P lost, restore P, start A, start P, heal PA, timeout P election, settle, write P 1, settle',
};

test.each([takeOverWhileAdopting, primaryAgain, givenByTwo, noteForgotten])('$claim', (found) => {
  const { rule, sentence } = replayed(found);
  expect({ rule, sentence }).toEqual({ rule: null, sentence: '' });
});

test('HOST-20 without it (answer-for-the-cut): a host is told of a write that is nowhere', () => {
  const { rule, sentence, lines } = replayed(primaryAgain, 'answer-for-the-cut');
  expect({ rule, sentence }).toEqual({
    rule: 'S1',
    sentence: 'S1: P holds every acknowledged write it is a holder of',
  });
  expect(lines).toEqual(primaryAgain.lines.split(', '));
});

/**
 * With basis o: A noted durably that S, of the sync set, held 3. S is set back to a copy without 3, and
 * the primary tells A where the sidefile of S begins, with what S shows now: the note falls before S is level again. P is
 * lost, both mirrors lack 3, and S gets the vote that EPOCH-100 refuses it: 3 is cut with no loss recorded. So a notice about a
 * member of the sync set takes nothing back, as c tells what it holds (`takeNotice` keeps the larger `held`).
 */
const noteTakenBack: Found = {
  claim: 'EPOCH-100: a notice does not take back what a member of the sync set was noted to hold',
  setup: {
    blocks: 4,
    writes: Array.from({ length: 12 }, (_, index) => [index % 4, 1] as const),
    slow: [2],
    config: {
      takeover: 'holder',
      sidefile: { mode: 'fixed', capacity: 2, limit: 2, basis: 'oldest', headroom: 1 },
    },
  },
  lines:
    'write P 1, settle, write P 1, settle, copy S, write P 1, deliver PS, deliver SP, cut PA, heal PA, deliver PA, deliver AP, deliver PA, cut PA, disk A rest, crash S lost, restore S, start S, heal PA, deliver PA, deliver AP, deliver PA, heal PS, deliver PS, deliver SP, deliver PA, crash P lost, heal SA, timeout S election, deliver SA, deliver AS, deliver SA, disk A rest, crash A lost, start A, heal SA, timeout S election, timeout S election, settle',
};

test(noteTakenBack.claim, () => {
  expect(replayed(noteTakenBack).rule).toBe(null);
});

/** With basis n nobody is told where a sidefile begins. */
test(`basis n: ${noteTakenBack.claim}`, () => {
  const { setup } = noteTakenBack;
  const sidefile = { ...setup.config.sidefile!, basis: 'newest' } as const;
  const config = { ...setup.config, sidefile };
  expect(replayed({ ...noteTakenBack, setup: { ...setup, config } }).rule).toBe(null);
});

/**
 * A is alone with record 5, which never stood, and loses an entry that others noted. They did not count its vote, and still
 * counted record 5: theirs followed an epoch that is not in the history it comes with, and nobody believed it.
 */
const recordOfNoVoter: Found = {
  claim: 'EPOCH-100: a record that only a site without a vote holds is followed by none',
  setup: {
    blocks: 6,
    writes: Array.from({ length: 24 }, (_, index) => [index % 4, 1] as const),
    slow: [0],
    config: {
      takeover: 'holder',
      onLegLoss: 'stop',
      sidefile: { mode: 'fixed', capacity: 3, limit: 3, basis: 'newest', headroom: 2 },
      frameEntries: 2,
    },
  },
  lines:
    'write P 3, write P 1, write P 1, settle, cut PA, timeout A election, crash P kept, deliver AS, deliver SA, deliver AS, deliver SA, crash A lost, rot A 5',
};

/**
 * P committed 1..5 when forced and lost 4: a record cuts 5, beyond the hole, and only what is before it was exported. Then S, which
 * is to serve what is kept, lacks 1..3, which P alone has; and P, damaged, waits for blocks of S: neither gave the other anything.
 */
const cutBeyondTheHole: Found = {
  claim:
    'RECOVERY-30: what is committed beyond an entry that was lost is exported before it is cut',
  setup: {
    blocks: 8,
    writes: Array.from({ length: 12 }, (_, index) => [index % 8, 1] as const),
    slow: [],
    config: {
      takeover: 'any',
      syncFar: true,
      sidefile: { mode: 'adaptive', capacity: 3, limit: 11, basis: 'newest', headroom: 2 },
      verify: 'after-update',
    },
  },
  lines: 'write P 1, write P 2, force P, write P 1, write P 1, crash P lost, rot P 4',
};

test(recordOfNoVoter.claim, () => {
  expect(replayed(recordOfNoVoter).rule).toBe(null);
  expect(replayed(recordOfNoVoter, 'record-of-no-voter').rule).toBe('EPOCH-110');
});

test(cutBeyondTheHole.claim, () => {
  expect(replayed(cutBeyondTheHole).rule).toBe(null);
  expect(replayed(cutBeyondTheHole, 'export-to-the-hole').rule).toBe('RECOVERY-30');
  expect(replayed(cutBeyondTheHole, 'fetch-of-streamed-only').rule).toBe('L1');
});

const oneAfterTheOther: Setup = {
  blocks: 7,
  writes: Array.from({ length: 8 }, (_, index) => [index % 7, 1] as const),
  slow: [0],
  config: {
    takeover: 'holder',
    sidefile: { mode: 'fixed', capacity: 4, limit: 4, basis: 'newest', headroom: 2 },
    lazyCommit: true,
  },
};

/**
 * Seed 957227: 1 is acknowledged, and c is on its way to the disk of P with the store of 2 (lazily) when P adopts the record of A,
 * which was forced without 1. P looked at its durable c, 0, and exported nothing; what it cut was told to a host.
 */
const cutOnTheWay: Found = {
  claim: 'RECOVERY-30: what is committed is exported before it is cut, also while its c is stored',
  setup: oneAfterTheOther,
  lines:
    'write P 1, disk P ring, deliver PS, deliver SP, force A, write P 1, deliver AP, deliver AP, deliver AP',
};

/** The same with c nowhere but in the memory of P, which loses its power before it hears of the record. */
const knownOnce: Found = {
  claim:
    'RECOVERY-30: what was acknowledged is exported before it is cut by who does not know it any more',
  setup: oneAfterTheOther,
  lines:
    'write P 1, disk P ring, deliver PS, deliver SP, crash S lost, cut PA, force A, crash P lost, start P, disk P rest, heal PA, settle',
};

/** S stored 1, and never heard that P had told its host. */
const neverHeard: Found = {
  claim: 'RECOVERY-30: what was acknowledged is exported before it is cut by who never knew it',
  setup: oneAfterTheOther,
  lines: 'cut PA, write P 1, disk P ring, deliver PS, deliver SP, cut PS, force A, settle',
};

/** P is forced, and tells A with 1 and 2 that they are committed; A adopts the record of S, forced without them, before they are stored. */
const stillStored: Found = {
  claim: 'RECOVERY-30: what is being stored is exported as well, as it is durable when it is cut',
  setup: { ...oneAfterTheOther, slow: [2] },
  lines:
    'force P, settle, cut PS, cut PA, write P 2, heal PA, deliver PA, deliver AP, deliver PA, force S, deliver SA, deliver SA, disk A ring, disk A rest, disk A rest',
};

test.each([
  { found: cutOnTheWay, weakness: 'export-the-durable-c' },
  { found: knownOnce, weakness: 'export-the-known-c' },
  { found: neverHeard, weakness: 'export-the-known-c' },
  { found: stillStored, weakness: 'export-what-is-stored' },
])('$found.claim', ({ found, weakness }) => {
  expect(replayed(found).rule).toBe(null);
  expect(replayed(found, weakness).rule).toBe('RECOVERY-30');
});

/** What overlaps: some writes of two and three blocks. */
const overlapping = [
  [5, 1],
  [3, 3],
  [3, 1],
] as const;

/**
 * Seed 4000665: P told S that 1 is committed, lost its power before its own disk had that c, and is primary again. Hosts write 2 and
 * 3, one upon the other, before S has confirmed the record: folded, they would wait until P has applied 1, which c does not
 * reach before S is streamed to.
 */
const foldedAhead: Found = {
  claim:
    'PRIMARY-20: what is folded for a member of the sync set that knows a larger c comes to its end',
  setup: {
    blocks: 6,
    writes: overlapping,
    slow: [0],
    config: {
      takeover: 'any',
      sidefile: { mode: 'adaptive', capacity: 3, limit: 7, basis: 'newest', headroom: 1 },
      onLegLoss: 'stop',
      frameEntries: 1,
    },
  },
  lines:
    'write P 1, disk P ring, deliver PS, deliver SP, deliver PS, crash P kept, start P, timeout S election, deliver SA, heal PS, deliver AS, deliver SA, deliver AS, deliver SP, deliver SP, disk P rest, deliver PS, deliver SP, disk P rest, write P 2',
};

/**
 * S, of the sync set, has told P that it confirms the record, and then loses 2, which it knew to be committed and which P, that
 * forgot c with its power, only holds. S is given blocks, and these must come to where its volumes may stand, 1; P applies nothing
 * before c, and c, if P did not take over what S knows, would wait for S.
 */
const damagedAhead: Found = {
  claim:
    'PRIMARY-20: a damaged member of the sync set that knows a larger c than its primary is given blocks to the end',
  setup: foldedAhead.setup,
  lines:
    'write P 2, disk P ring, disk P ring, deliver PS, deliver PS, deliver SP, deliver SP, deliver PS, deliver PS, crash P kept, start P, timeout S election, deliver SA, heal PS, deliver AS, deliver SA, deliver AS, deliver SP, deliver SP, disk P rest, deliver PS, deliver SP, crash S lost, rot S 2, disk P rest',
};

test.each([foldedAhead, damagedAhead])('$claim', (found) => {
  expect(replayed(found).rule).toBe(null);
  expect(replayed(found, 'unheard-commit').rule).toBe('L1');
});

/**
 * Simulated seed 3000088, `--media budget`: a comparison that an operator asked for was under way when P began an epoch that took S
 * into the sync set. It was forgotten, which is right for a site that is primary no more (decision 28).
 */
test('RESYNC-100: a comparison outlives an epoch that its own primary begins', () => {
  const world = new World({
    blocks: 4,
    writes: [
      [0, 1],
      [1, 1],
    ],
    slow: [],
    config: { takeover: 'holder', verify: 'on-command' },
  });
  const before =
    'write P 1, settle, write P 1, settle, cut PS, timeout P patience, settle, heal PS';
  const lines = `${before}, settle, rotBlock A 0, verify P A, deliver PA, timeout P patience, settle`;
  for (const line of lines.split(', ')) expect(world.apply(line)).toBe(true);
  expect(world.nodes[2].disk.cached).toEqual(world.nodes[0].disk.cached);
});

function replayed({ setup, lines }: Found, weakness: string | null = null): Ended {
  return replay({ ...setup, config: { ...setup.config, weakness } }, lines.split(', '));
}

test('EPOCH-90: an empty site that stands in no epoch hears no primary, whoever it talks to', () => {
  const world = new World({ blocks: 4, writes: [[0, 1]], slow: [], config: {} });
  const lines =
    'crash P lost, crash S lost, replace S, start S, heal SA, start P, heal PS, heal PA, timeout A election, deliver AS';
  for (const line of lines.split(', ')) world.apply(line);
  expect(world.channels.get('SA')!.map(({ message }) => message)).toMatchObject([
    { type: 'probed', yes: true },
  ]);
});

test('L2: where a promise does not count, as its site shows less than was noted of it, status says whose votes are missing', () => {
  const world = played(
    'write P 1, settle, write P 1, settle, crash A lost, crash S lost, rot S 2, start S, crash P lost, start P, heal PS, settle, timeout P election, settle',
  );
  const [primary] = world.nodes.map(({ site }) => site);
  expect(waitsIn(world)).toEqual([
    {
      site: 0,
      what: `1 of the sites that run have a vote in epoch ${epochOf(primary!.context)}, two that talk to each other are needed`,
      // The other one lost an entry: nobody may force that upon hosts.
      helps: [{ at: 0, command: { name: 'force' } }],
    },
  ]);
});

const statesOfWrites = (world: World) => [
  ...new Set(world.host.writes.map(({ state }) => state).filter((state) => state !== 'new')),
];

test('LINK-30, PRIMARY-30: a leg that an operator suspended is greeted in its next session: its site still gives evidence', () => {
  const before = 'write P 1, settle, cut PA, settle, timeout P patience, settle, write P 1, settle';
  const world = played(
    `${before}, suspend P S, settle, cut PS, heal PS, settle, timeout P patience, settle, write P 1, settle, timeout P patience, settle`,
  );
  expect(world.nodes[0].site!.context.header.halted).toEqual([1]);
  expect(statesOfWrites(world)).toEqual(['acknowledged']);
});

test('EPOCH-140: a site that its primary was told to suspend is not taken into the sync set, and no epoch follows the one without it', () => {
  const waits = Array.from({ length: 12 }, () => 'timeout P patience, settle').join(', ');
  const world = played(`write P 1, settle, suspend P S, settle, ${waits}, write P 1, settle`);
  const { history } = world.nodes[0].site!.context.header;
  expect(history.map(({ syncSet }) => syncSet)).toEqual([[1], [1], []]);
  expect(statesOfWrites(world)).toEqual(['acknowledged']);
});

/** S is elected with what only A has, their link breaks, and P, which reaches both, has S elected with it again. */
test('EPOCH-80, L2: what nobody it reaches can give it, a primary gives up once; then it says what is missing', () => {
  const before =
    'cut PS, write P 1, deliver PA, crash P lost, timeout S election, deliver SA, deliver AS, deliver SA, deliver AS, cut SA, start P, heal PS, heal PA, settle';
  const round = 'timeout S patience, settle, timeout P election, deliver PA, deliver AP, settle';
  const rounds = Array.from({ length: 10 }, () => round).join(', ');
  const world = played(`${before}, ${rounds}`, { slow: [0] });
  const sites = world.nodes.map(({ site }) => site);
  expect(sites[1]!.context.header.history.length).toBeLessThanOrEqual(4);
  expect(waitsOfAll(sites).map(({ site, what }) => ({ site, what }))).toContainEqual({
    site: 1,
    what: 'nobody it reaches has all that was elected: it serves nobody',
  });
});
