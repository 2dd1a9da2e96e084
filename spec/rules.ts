/**
 * The rules of the protocol as data. An id is never reused; numbers go in tens, so that a later rule
 * finds a place. Rendered into `protocol.md` and `rules.json` by `src/spec-book/`.
 */

export type Verb = 'MUST' | 'MUST NOT' | 'SHOULD' | 'MAY';

export type Area =
  | 'HOST'
  | 'PRIMARY'
  | 'MIRROR'
  | 'SIDEFILE'
  | 'LINK'
  | 'EPOCH'
  | 'RESYNC'
  | 'RECOVERY';

/** Who is bound; one party per rule. */
export type Party =
  | 'site'
  | 'primary'
  | 'mirror'
  | 'sync mirror'
  | 'candidate'
  | 'source'
  | 'target'
  | 'distribution';

/** Where a violation shows: at one site's wire, only with all sites and a host, or only inside. */
export type Observed = 'entity' | 'system' | 'internal';

/** `baseline` rules are part of both profiles, `full` rules of the full one only. */
export type Profile = 'baseline' | 'full';

export type GuaranteeId =
  | 'S1'
  | 'S2'
  | 'S3'
  | 'S4'
  | 'S5'
  | 'S6'
  | 'S7'
  | 'S8'
  | 'S9'
  | 'L1'
  | 'L2'
  | 'L3'
  | 'L4';

export interface RuleData {
  readonly id: `${Area}-${number}`;
  readonly area: Area;
  readonly verb: Verb;
  readonly party: Party;
  /** One sentence, with `verb` as its only upper-case word of obligation. */
  readonly statement: string;
  /** Why it is there, what is lost without it, what it does not ask for. */
  readonly intent: string;
  /** Claims it makes good, by number in the source document. */
  readonly claims: readonly number[];
  readonly profile: Profile;
  readonly observed: Observed;
  readonly guarantees: readonly GuaranteeId[];
  /** An earlier wording was broken by a concrete run (see changes.ts): a mutant has to exist. */
  readonly mutantWorthy: boolean;
}

export const rules = [
  {
    id: 'HOST-10',
    area: 'HOST',
    verb: 'MUST',
    party: 'primary',
    statement:
      'The primary MUST give each host write the sequence that follows the last one of its history, before it stores or forwards that write.',
    intent:
      'One order of writes is what everything else compares by: without it two sidefiles hold sets, and nobody can say which one is ahead. It does not ask for one write at a time; many writes may be numbered and under way at once.',
    claims: [3, 13, 15, 26],
    profile: 'baseline',
    observed: 'entity',
    guarantees: ['S2', 'S3'],
    mutantWorthy: false,
  },
  {
    id: 'HOST-20',
    area: 'HOST',
    verb: 'MUST',
    party: 'primary',
    statement:
      'The primary MUST answer every host write within a bounded time, with success only once the committed position has reached it and otherwise with an error of unknown fate.',
    intent:
      'Success is a promise that survives the loss of the primary; given earlier, a failover takes back what a host was told. A hang is no answer: the host cannot tell it from a dead machine. The bound is a policy, and unknown fate means the write may still appear, once.',
    claims: [27, 28, 29, 30, 31],
    profile: 'baseline',
    observed: 'system',
    guarantees: ['S1', 'S8', 'L3'],
    mutantWorthy: false,
  },
  {
    id: 'HOST-30',
    area: 'HOST',
    verb: 'MUST',
    party: 'primary',
    statement:
      'The primary MUST answer a host read with committed writes only, after an exchange of evidence begun when the read had arrived, unless the policy `reads: local` waives that exchange.',
    intent:
      'A reader who sees an uncommitted write and then loses the primary has seen something that never happened; a primary that was replaced without noticing returns what is stale. One exchange serves all reads that wait for it. A clock reading or a lease is no substitute. Committed writes not yet applied are laid over the volume.',
    claims: [],
    profile: 'full',
    observed: 'system',
    guarantees: ['S8', 'S9'],
    mutantWorthy: true,
  },
  {
    id: 'PRIMARY-10',
    area: 'PRIMARY',
    verb: 'MUST',
    party: 'primary',
    statement:
      'The primary MUST forward each write to both mirrors without waiting for its own store to end, to each only within the window that mirror last stated, except over a leg that is suspended or under a staged update.',
    intent:
      'The sync leg is waited for by the host, the async leg is not; both get every write, so that the two sidefiles describe one stream. Store and forwarding overlap because their times would add up otherwise. Beyond the window a mirror has no room, so the primary keeps no more uncommitted than the smallest window of itself and the sync set.',
    claims: [1, 13, 27, 28, 29, 30, 31, 32],
    profile: 'baseline',
    observed: 'entity',
    guarantees: ['S1', 'L1', 'L3'],
    mutantWorthy: false,
  },
  {
    id: 'PRIMARY-20',
    area: 'PRIMARY',
    verb: 'MUST',
    party: 'primary',
    statement:
      'The primary MUST take as committed, and tell its mirrors so with every message, what a mirror that took on its record says it knows to be committed, and beyond that at most the largest position that it and every member of the sync set, the incarnation that its record names, durably hold without a gap.',
    intent:
      'What a mirror knows to be committed an older primary told it, and no record since has cut it: it is true, and the primary may have forgotten it with its power. An update of that mirror ends no earlier, so a primary that counts only what it is told to be held waits for the mirror, and the mirror for the primary. Mirrors are told of no more than the primary holds, as they note that it does. A write held beyond a hole is cut when the history ends at the hole, so a host told of it has been lied to. A site that took a member’s place knows nothing of what that one promised. What counts is holding, not applying, and the async mirror is not waited for unless a policy puts it into the sync set.',
    claims: [27, 28, 30, 31],
    profile: 'baseline',
    observed: 'entity',
    guarantees: ['S1', 'S2'],
    mutantWorthy: true,
  },
  {
    id: 'PRIMARY-30',
    area: 'PRIMARY',
    verb: 'MUST NOT',
    party: 'primary',
    statement:
      'The primary MUST NOT, while its sync set is empty, commit a position before the async mirror, having a vote, has answered in this epoch a request sent after that position was stored.',
    intent:
      'Alone, the primary cannot know that the two others have not elected another: an answer from one of them, asked for afterwards, is the only proof. An answer to an earlier question proves the past. One request serves a batch, and the answer does not say that the write is held there.',
    claims: [],
    profile: 'full',
    observed: 'entity',
    guarantees: ['S1', 'S2', 'S8'],
    mutantWorthy: true,
  },
  {
    id: 'PRIMARY-40',
    area: 'PRIMARY',
    verb: 'MUST',
    party: 'primary',
    statement:
      'The primary MUST keep in the third sidefile, readable for each write, whether the async mirror acknowledged it (`heldByAsync`) and whether the sync mirror confirmed the notice of that acknowledgement (`noticeConfirmed`).',
    intent:
      'The first field decides what may be retired, the second what has to be told again after a reconnect. Positions and ranges are enough as a representation; neither field is written on the way of a host write.',
    claims: [11, 12],
    profile: 'baseline',
    observed: 'entity',
    guarantees: ['S4', 'S5', 'L4'],
    mutantWorthy: false,
  },
  {
    id: 'PRIMARY-50',
    area: 'PRIMARY',
    verb: 'MUST',
    party: 'primary',
    statement:
      'The primary MUST inform the sync mirror which writes the async mirror acknowledged, and repeat it in each new session until the sync mirror has confirmed it.',
    intent:
      'The sync mirror learns what the other mirror lacks before it needs to know, keeps exactly that, and its sidefile stays small. No answer to a host waits for it. A lost notice costs room, never data: a comparison uses what the async mirror says of itself.',
    claims: [9, 22, 30, 31],
    profile: 'baseline',
    observed: 'entity',
    guarantees: ['S4', 'L3', 'L4'],
    mutantWorthy: false,
  },
  {
    id: 'MIRROR-10',
    area: 'MIRROR',
    verb: 'MUST',
    party: 'mirror',
    statement:
      'A mirror MUST acknowledge, as one contiguous run and the ranges beyond its holes, only writes of the present epoch’s history that its sidefile or volumes durably hold.',
    intent:
      'An acknowledgement is what the host’s success, the retirement of entries and the notes of others are built on; one bit ahead of the disk and a power cut turns all three into lies. Writes beyond a hole are kept and told as ranges, so that only the hole is sent again.',
    claims: [9, 13, 22, 28, 29, 31, 32],
    profile: 'baseline',
    observed: 'entity',
    guarantees: ['S1', 'S4'],
    mutantWorthy: false,
  },
  {
    id: 'MIRROR-20',
    area: 'MIRROR',
    verb: 'MUST',
    party: 'site',
    statement:
      'A site MUST apply writes to its volumes in the order of their sequences, and only up to a committed position that it has already made durable.',
    intent:
      'A volume is then a prefix of what the host wrote at every instant, and a write no host was told of is in no volume, so cutting it moves no block. If application may overtake the durable mark, redo after a crash cannot tell where it had stopped. The primary is a site and is bound as well.',
    claims: [],
    profile: 'full',
    observed: 'internal',
    guarantees: ['S3', 'S8', 'S9'],
    mutantWorthy: true,
  },
  {
    id: 'MIRROR-30',
    area: 'MIRROR',
    verb: 'MUST',
    party: 'mirror',
    statement:
      'A mirror MUST accept only sequences up to a window’s end that does not exceed its settled position plus its capacity, and state that end in every acknowledgement and unasked whenever it moves.',
    intent:
      'There is always room for the write that fills a hole; a sidefile full of what lies beyond one can never move again. A sender that is not told of the moved window waits for ever once nothing else is under way.',
    claims: [],
    profile: 'full',
    observed: 'entity',
    guarantees: ['L1', 'L3'],
    mutantWorthy: true,
  },
  {
    id: 'MIRROR-40',
    area: 'MIRROR',
    verb: 'MUST',
    party: 'sync mirror',
    statement:
      'The sync mirror MUST track in the first sidefile, readable for each write, whether the async mirror has acknowledged it (`heldByAsync`), also for writes it has not received itself.',
    intent:
      'After the loss of the primary this is what tells at once how far the other mirror was; before it, what may be retired. Unknown counts as missing. It is a field of tracking, not a promise: the comparison still asks the other mirror.',
    claims: [10, 23, 24, 28, 29],
    profile: 'baseline',
    observed: 'entity',
    guarantees: ['S4', 'S5', 'L4'],
    mutantWorthy: false,
  },
  {
    id: 'MIRROR-50',
    area: 'MIRROR',
    verb: 'MUST',
    party: 'sync mirror',
    statement:
      'The sync mirror MUST confirm each notice it has taken into the first sidefile and track there, readable for each write, that it did (`noticeConfirmed`).',
    intent:
      'The confirmation lets the primary stop repeating; the field lets the sync mirror repeat the confirmation after a reconnect instead of being asked for ever. A missing confirmation alone pins no entry.',
    claims: [12, 25],
    profile: 'baseline',
    observed: 'entity',
    guarantees: ['S4', 'L3'],
    mutantWorthy: false,
  },
  {
    id: 'SIDEFILE-10',
    area: 'SIDEFILE',
    verb: 'MUST',
    party: 'site',
    statement:
      'A site MUST represent each tracked write in its sidefile by where it goes (volume, first block, count), its data, and the sequence that belongs to it alone.',
    intent:
      'With these three an entry can be applied, sent and compared without anything else. Entries are whole: stored, sent, applied and turned into bits with all their blocks. Zeroes and trims carry their kind in place of data; epoch and checksum come with the full profile.',
    claims: [1, 13, 26, 32],
    profile: 'baseline',
    observed: 'entity',
    guarantees: ['S3', 'S9'],
    mutantWorthy: false,
  },
  {
    id: 'SIDEFILE-20',
    area: 'SIDEFILE',
    verb: 'MUST',
    party: 'site',
    statement:
      'A site MUST keep the sequence of every write in its sidefile and yield its writes sorted by it, in whatever order they came.',
    intent:
      'Connections overtake one another; a site that applies or forwards in order of arrival shows a mixture no host ever wrote. Nothing is said about the layout on the medium.',
    claims: [15],
    profile: 'baseline',
    observed: 'entity',
    guarantees: ['S3', 'S6'],
    mutantWorthy: false,
  },
  {
    id: 'SIDEFILE-30',
    area: 'SIDEFILE',
    verb: 'MUST',
    party: 'site',
    statement:
      'A site whose sidefile is fixed MUST keep the same number of writes in it at all times once filled, making room for a new one by overwriting the oldest.',
    intent:
      'Bounded memory of the recent past, with no bookkeeping and no way to fill up. That the oldest is gone is found by comparing; then blocks are shipped instead of writes. What may be overwritten at all is bounded further by SIDEFILE-60 and SIDEFILE-70.',
    claims: [5, 18],
    profile: 'baseline',
    observed: 'entity',
    guarantees: ['S5', 'L3'],
    mutantWorthy: false,
  },
  {
    id: 'SIDEFILE-40',
    area: 'SIDEFILE',
    verb: 'MUST',
    party: 'sync mirror',
    statement:
      'A sync mirror whose first sidefile is adaptive MUST adjust its capacity, between floor and limit and never below what is outstanding, so that it spans the writes after the newest one that the async mirror holds without a gap (basis n).',
    intent:
      'Room follows the lag of the async mirror: enough for an ordered catch-up, and back to the floor plus headroom when the lag is gone. Hysteresis is free. At the limit writes become bits instead.',
    claims: [6, 7, 19, 20, 21],
    profile: 'baseline',
    observed: 'entity',
    guarantees: ['S5', 'L4'],
    mutantWorthy: false,
  },
  {
    id: 'SIDEFILE-50',
    area: 'SIDEFILE',
    verb: 'MUST',
    party: 'sync mirror',
    statement:
      'A sync mirror whose first sidefile adapts on basis o MUST adjust its capacity so that it spans the writes from the oldest one of the contiguous run that the second sidefile still stores.',
    intent:
      'The first sidefile then covers all that the second one covers, so a comparison entry by entry and a delta in either direction stay possible for as long as the other mirror keeps its own record. It costs more room than basis n and is chosen by policy.',
    claims: [6, 7, 8, 19, 20],
    profile: 'baseline',
    observed: 'entity',
    guarantees: ['S5', 'L4'],
    mutantWorthy: false,
  },
  {
    id: 'SIDEFILE-60',
    area: 'SIDEFILE',
    verb: 'MUST NOT',
    party: 'site',
    statement:
      'A site MUST NOT overwrite, retire or trim an entry whose sequence lies beyond its settled position, nor any entry while its volumes are inconsistent, unless the history cuts it.',
    intent:
      'The sidefile is the redo source of the volumes. A block that was applied but not flushed is gone with the power; if its entry went before it, nothing on this site has the write any more. Nor has it where the blocks cannot be trusted: there the entries are all that is left.',
    claims: [],
    profile: 'full',
    observed: 'internal',
    guarantees: ['S1', 'S3', 'S5'],
    mutantWorthy: true,
  },
  {
    id: 'SIDEFILE-70',
    area: 'SIDEFILE',
    verb: 'MUST',
    party: 'site',
    statement:
      'A site MUST, before it drops an entry, have made durable either the bits of all its blocks for each other site, or a base at or beyond it that does not exceed the contiguous position noted of that site.',
    intent:
      'Either the other side has it, or the bitmap knows where it was; a third case is a difference nobody will ever find. A range noted beyond a hole is no reason to go without bits, since a base speaks for everything below. EPOCH-70 lowers the base when the history changes.',
    claims: [],
    profile: 'full',
    observed: 'internal',
    guarantees: ['S5', 'S6', 'L1'],
    mutantWorthy: true,
  },
  {
    id: 'SIDEFILE-80',
    area: 'SIDEFILE',
    verb: 'MUST',
    party: 'site',
    statement:
      'A site MUST clear bits outside of an update only as the old half of a bitmap whose mark the contiguous position noted of the other site has reached, in one durable step that raises the base to that mark and exchanges the halves.',
    intent:
      'A bit says that a block changed, not when. With two halves the older one can be given up once the other side passed everything in it; with one, a bit either stays for ever or is cleared for a newer write it also stood for.',
    claims: [],
    profile: 'full',
    observed: 'internal',
    guarantees: ['S5', 'L4'],
    mutantWorthy: true,
  },
  {
    id: 'SIDEFILE-90',
    area: 'SIDEFILE',
    verb: 'MUST',
    party: 'site',
    statement:
      'A site MUST stop, without storing or acknowledging it, at a write whose epoch and sequence it already holds with another checksum.',
    intent:
      'A position names one write for ever. Two writes under one name mean that two primaries wrote or that memory is rotten; whoever goes on makes both look equal to every later comparison.',
    claims: [],
    profile: 'full',
    observed: 'entity',
    guarantees: ['S2', 'S6'],
    mutantWorthy: false,
  },
  {
    id: 'LINK-10',
    area: 'LINK',
    verb: 'MUST',
    party: 'site',
    statement:
      'A site MUST replace its notes of a peer by the summary of each new session, drop every frame of an older session and every answer that a mirror gave in an older epoch, end the session of a leg that it suspends in the middle of an update or a comparison, and refuse a note on a position that is on no record of its history or that its sender neither numbered nor received.',
    intent:
      'A peer may have come back empty: what an old connection still delivers, or what was noted before, describes a disk that is gone. Within a session notes are cumulative, so a repeated or late one does no harm; a late part of an update that was broken off would be taken for a part of the next. So would a mirror’s late answer of the epoch before, where one primary goes on through a new epoch in one session, and the end of an update that began in another session: there the answer to the greeting tells it. What a primary told one mirror of the other is its own word, and outlives their session. What is unknown counts as missing.',
    claims: [],
    profile: 'full',
    observed: 'entity',
    guarantees: ['S4', 'S5'],
    mutantWorthy: true,
  },
  {
    id: 'LINK-20',
    area: 'LINK',
    verb: 'MUST',
    party: 'site',
    statement:
      'A site MUST refuse, with the reason, a peer of another arrangement, of other volumes or without a common protocol version, and break a connection over which a frame came whose checksum does not match.',
    intent:
      'A frame that cannot be trusted cannot be skipped either: what it carried would become a silent hole. A refused peer is worth a sentence to the operator, and nothing it says is used.',
    claims: [],
    profile: 'full',
    observed: 'entity',
    guarantees: ['S4', 'S9'],
    mutantWorthy: false,
  },
  {
    id: 'LINK-30',
    area: 'LINK',
    verb: 'MUST',
    party: 'primary',
    statement:
      'The primary MUST suspend and resume a leg for all volumes of the arrangement together, and keep a leg suspended that an operator suspended until he resumes it or another site is primary, also when it restarts.',
    intent:
      'The volumes share one order of writes; a leg that goes on for some of them leaves at the mirror a database newer than its own log. A leg suspended by an operator, a failed volume or a full sidefile is treated alike. He may suspend one to keep a mirror as it is while he tries something: a restart of the primary must not undo that. It is greeted in each session all the same: its site still has a vote, and gives evidence.',
    claims: [],
    profile: 'full',
    observed: 'system',
    guarantees: ['S3'],
    mutantWorthy: false,
  },
  {
    id: 'LINK-40',
    area: 'LINK',
    verb: 'SHOULD',
    party: 'primary',
    statement:
      'The primary SHOULD slow the host, each write by a bounded time, when an adaptive sidefile passes its high water, before it suspends the leg that lags.',
    intent:
      'A burst is absorbed at the price of some latency and the mirror stays a prefix; a leg suspended at once turns into an update by blocks. A host that cannot bear the delay is a good reason to leave it out.',
    claims: [],
    profile: 'full',
    observed: 'system',
    guarantees: ['L3', 'L4'],
    mutantWorthy: false,
  },
  {
    id: 'EPOCH-10',
    area: 'EPOCH',
    verb: 'MUST',
    party: 'candidate',
    statement:
      'A candidate MUST store a number, of the form three times k plus its own site id and above every one it used, as used before it proposes under it, and propose under it only once; where it took the place of another site, its first number is one that its incarnation alone leads to.',
    intent:
      'An epoch’s name means one record for ever. If two sites can choose one number, or one site chooses it again after a crash, two different records bear one name and every comparison of histories takes them for equal. An empty site does not know what the one before it used, and perhaps nobody it reaches does.',
    claims: [],
    profile: 'full',
    observed: 'entity',
    guarantees: ['S2'],
    mutantWorthy: true,
  },
  {
    id: 'EPOCH-20',
    area: 'EPOCH',
    verb: 'MUST',
    party: 'candidate',
    statement:
      'A candidate MUST make its record durable before it sends it, and count as storing it only a site that confirms that record’s checksum.',
    intent:
      'A record that others hold and its proposer forgot can be proposed with other content. A confirmation that does not say what was confirmed can belong to an earlier attempt.',
    claims: [],
    profile: 'full',
    observed: 'entity',
    guarantees: ['S2'],
    mutantWorthy: true,
  },
  {
    id: 'EPOCH-30',
    area: 'EPOCH',
    verb: 'MUST',
    party: 'site',
    statement:
      'A site MUST make each promise durable before it sends it, to one candidate per number and only for a number above all that it promised before.',
    intent:
      'Two of three promises make a majority, and any two majorities share a site: that site’s memory is all that keeps two epochs from standing side by side. A refusal names the higher number, so that whoever lost can go above it.',
    claims: [],
    profile: 'full',
    observed: 'entity',
    guarantees: ['S2', 'L3'],
    mutantWorthy: false,
  },
  {
    id: 'EPOCH-40',
    area: 'EPOCH',
    verb: 'MUST NOT',
    party: 'site',
    statement:
      'A site that has begun to promise MUST NOT do anything more in an older epoch than tell its primary so: neither accept a write, a stage or a note, nor send an acknowledgement, evidence or confirmation, nor answer a host as primary.',
    intent:
      'This is the fence. The promise carries a summary, and whatever the site still lets happen in the old epoch is missing from it: acknowledged by the old primary, unknown to the new one. It holds from the start of the durable write of the promise, not from its end. The primary of that epoch is told in the same step, and when a record is taken on, unless it sent the proposal or the record itself: nothing it asked is answered any more, and where its link to the new primary is broken nobody else can tell it.',
    claims: [],
    profile: 'full',
    observed: 'entity',
    guarantees: ['S1', 'S2', 'S8', 'L3'],
    mutantWorthy: true,
  },
  {
    id: 'EPOCH-50',
    area: 'EPOCH',
    verb: 'MUST',
    party: 'site',
    statement:
      'A site MUST make the summary of its promise after every store it had begun has ended, and keep to it until the epoch it promised has begun or another took its place.',
    intent:
      'A store under way when the promise is made may end as held or not; said to be missing and then there, it is an entry the new history cuts at one site and keeps at another.',
    claims: [],
    profile: 'full',
    observed: 'entity',
    guarantees: ['S1', 'S2', 'S6'],
    mutantWorthy: true,
  },
  {
    id: 'EPOCH-60',
    area: 'EPOCH',
    verb: 'MUST',
    party: 'site',
    statement:
      'A site MUST take a position to be part of a history only if its epoch is listed there and its sequence is at or below the parent sequence of every later record listed.',
    intent:
      'A record far down the path can cut deeper than the next one. Looking at the next record only brings back to life writes that a later takeover has discarded.',
    claims: [],
    profile: 'full',
    observed: 'internal',
    guarantees: ['S2', 'S6', 'S7'],
    mutantWorthy: true,
  },
  {
    id: 'EPOCH-70',
    area: 'EPOCH',
    verb: 'MUST',
    party: 'site',
    statement:
      'A site MUST lower its committed position, its notes and the bases of its bitmaps to the parent of each record it adopts, in the same durable step, and ignore a committed position told in another epoch than that of its newest record.',
    intent:
      'A committed position is a sequence on a history. Carried over to another history it speaks of other writes, and the site applies what nobody committed there. Notes and bases speak of the old history’s writes in just the same way.',
    claims: [],
    profile: 'full',
    observed: 'internal',
    guarantees: ['S3', 'S8'],
    mutantWorthy: true,
  },
  {
    id: 'EPOCH-80',
    area: 'EPOCH',
    verb: 'MUST NOT',
    party: 'primary',
    statement:
      'The primary MUST NOT serve a host before it holds the whole elected history and its record stands, promised by two of the three sites and durable at two.',
    intent:
      'Earlier, another epoch can still pass this one by, or a read misses what was acknowledged before. What it lacks it fetches from every mirror it is connected to, also from one that waits for blocks, whose update ends nowhere before those writes. Uncommitted writes of the elected history keep their positions and commit under the new sync set. The forced epoch alone stands with one site.',
    claims: [],
    profile: 'full',
    observed: 'system',
    guarantees: ['S1', 'S2', 'S8'],
    mutantWorthy: false,
  },
  {
    id: 'EPOCH-90',
    area: 'EPOCH',
    verb: 'MUST',
    party: 'candidate',
    statement:
      'A candidate MUST probe before it proposes, count no answer to a probe it gave up, and give up in favour of a standing primary that still answers the probed site or of a candidate of better rank (holder, then near, then lower id) with whom it talks.',
    intent:
      'Suspicion may be wrong at any time: without the question one half-dead link deposes a healthy primary again and again. Without an order between candidates two of them can refuse each other for ever. A site that stands in no epoch yet hears no primary, whoever it talks to. An answer that is still owed to a probe given up tells of another time: when it comes, its sender is asked anew. Who stands on a branch that only an operator may choose says nothing of this one: a majority goes on without it. The primary itself and an operator need not ask; whoever was refused with a higher number is free to go above it.',
    claims: [],
    profile: 'full',
    observed: 'entity',
    guarantees: ['L2', 'L3'],
    mutantWorthy: true,
  },
  {
    id: 'EPOCH-100',
    area: 'EPOCH',
    verb: 'MUST NOT',
    party: 'candidate',
    statement:
      'A candidate MUST NOT count the promise of a site that is empty or restored, shows less than a peer noted of it, or is not the incarnation named in the newest record, until a record promised by the two others has admitted it; nor follow a record that only such a site holds; nor propose without a vote of its own, or on the word of such sites alone.',
    intent:
      'A site that forgot what it held also forgot what it promised; its vote would make a majority of one memory. A record that stood is durable at two sites: where both others have a vote and lack it, it never stood, and a record that followed it would name a parent its history does not list. Both holdings are cut to the newer record before they are compared. Two sites without a vote leave only an operator’s `force`. A proposal that nobody can win ends what others do, for nothing: who promises it follows no primary that an operator forced.',
    claims: [],
    profile: 'full',
    observed: 'system',
    guarantees: ['S1', 'S2'],
    mutantWorthy: true,
  },
  {
    id: 'EPOCH-110',
    area: 'EPOCH',
    verb: 'MUST',
    party: 'candidate',
    statement:
      'A candidate MUST elect as the parent of its record the last sequence that the entries of both promisers, on the history of the newest record either holds, reach without a gap.',
    intent:
      'All that was acknowledged is below that end, and both sides find the same one. Writes no host was told of are kept as well when they are there: nobody can tell them from acknowledged ones, and the number is reported.',
    claims: [],
    profile: 'full',
    observed: 'internal',
    guarantees: ['S1', 'S2', 'S7'],
    mutantWorthy: false,
  },
  {
    id: 'EPOCH-120',
    area: 'EPOCH',
    verb: 'MUST',
    party: 'candidate',
    statement:
      'A candidate MUST name as primary the standing one if that proposes and hands over to no holder, else the holder an operator named, else the near holder, else the holder of lower id, else the consistent site with the largest contiguous position on the branch of the newest record.',
    intent:
      'The choice follows from what sites hold and not from who was first to notice, so both mirrors come to the same one. The largest position on another branch is not more data, it is other data.',
    claims: [13],
    profile: 'full',
    observed: 'system',
    guarantees: ['S1', 'S7', 'L2'],
    mutantWorthy: true,
  },
  {
    id: 'EPOCH-130',
    area: 'EPOCH',
    verb: 'MUST',
    party: 'candidate',
    statement:
      'A candidate MUST have consent, by policy or operator, and record `loss: beyond R`, for a primary that is no holder or whose elected end lies below a promiser’s durable committed position or below a note of what a holder held.',
    intent:
      'Losing acknowledged writes can be right when the sites that hold them are gone, but it is a person’s choice and stays on record: all up to R is kept, nothing beyond. A holder whose store lost something is no holder, whatever the record says; a member that stayed with its primary lost nothing if it lacks what was only on its way to it. What was said while a primary is heard is consent to nothing, and neither is a hand-over that failed.',
    claims: [],
    profile: 'full',
    observed: 'system',
    guarantees: ['S1', 'S2', 'L2'],
    mutantWorthy: true,
  },
  {
    id: 'EPOCH-140',
    area: 'EPOCH',
    verb: 'MUST',
    party: 'primary',
    statement:
      'The primary MUST change its sync set only by a record that stands before the first acknowledgement under the new set, letting a mirror enter only while new writes pause and it is consistent and level.',
    intent:
      'Whoever takes over reads from the record who held everything. A mirror that entered with a hole behind it is taken for a holder of writes it never saw; one that left without a record is still taken for one. One that its primary was told to suspend stays outside, and so does one that plans otherwise: it would leave by the next record. It is told once that its primary stands: else it would look for another, epoch after epoch. Where policy is to stop, who takes the place of a member is one with its vote, and owes what was kept.',
    claims: [],
    profile: 'full',
    observed: 'system',
    guarantees: ['S1', 'L2'],
    mutantWorthy: true,
  },
  {
    id: 'EPOCH-150',
    area: 'EPOCH',
    verb: 'MUST',
    party: 'site',
    statement:
      'A site MUST make a forced epoch only at an operator’s command, and show in its record and status that it is forced until a later record ends it.',
    intent:
      'One site alone cannot know what the others do; somebody who does may take the risk, and everybody who looks has to see that it was taken. Nothing forces by itself after any time.',
    claims: [],
    profile: 'full',
    observed: 'system',
    guarantees: ['S2', 'S8', 'L2'],
    mutantWorthy: false,
  },
  {
    id: 'EPOCH-160',
    area: 'EPOCH',
    verb: 'MUST',
    party: 'site',
    statement:
      'A site MUST keep the distance class, near or far, that the arrangement was created with, the near mirror being the sync mirror of every epoch whose choice is open.',
    intent:
      'The mirror whose store the host waits for is the one close to the primary; the far one is there for the loss of the region. An operator is free to name another, and after a takeover the distances between the remaining sites are what they are.',
    claims: [17],
    profile: 'baseline',
    observed: 'system',
    guarantees: ['L2'],
    mutantWorthy: false,
  },
  {
    id: 'RESYNC-10',
    area: 'RESYNC',
    verb: 'MUST',
    party: 'mirror',
    statement:
      'A mirror that finds the primary inoperative MUST open a connection to the other mirror and have the comparison and the update performed over it.',
    intent:
      'Nobody else is left to bring the two level. Either one may be the first to notice, and both may be. A link that merely healed leads to the same procedure.',
    claims: [4, 13, 16, 32],
    profile: 'baseline',
    observed: 'entity',
    guarantees: ['L1', 'L2'],
    mutantWorthy: false,
  },
  {
    id: 'RESYNC-20',
    area: 'RESYNC',
    verb: 'MUST',
    party: 'site',
    statement:
      'A site MUST compare its own sidefile with its peer’s by the sequence numbers of their writes, as both sites summarise them now, before anything is updated.',
    intent:
      'What each side lacks is found from what is there, not from what was last heard of it. Comparing the two largest numbers is not enough: each may lack a write the other has. Runs and ranges do, there is no need to walk single writes.',
    claims: [1, 3, 13, 32],
    profile: 'baseline',
    observed: 'entity',
    guarantees: ['S6', 'S7', 'L1'],
    mutantWorthy: false,
  },
  {
    id: 'RESYNC-30',
    area: 'RESYNC',
    verb: 'MUST',
    party: 'site',
    statement:
      'A site MUST derive from the two summaries they exchanged a plan that does not depend on which of the two it is or on their roles, and plan again, from new summaries and before anything is updated, when its peer’s digest differs or the source no longer has what was planned.',
    intent:
      'Source and target follow from positions: an async mirror that is ahead is the source. Two sites that plan differently, being of two versions, can each believe the other is sending: the digest comes with the mirror’s summary, and costs no message. A plan is advice, valid until the sidefile moved on.',
    claims: [1, 13],
    profile: 'full',
    observed: 'entity',
    guarantees: ['S6', 'S7', 'L1'],
    mutantWorthy: false,
  },
  {
    id: 'RESYNC-40',
    area: 'RESYNC',
    verb: 'MUST',
    party: 'source',
    statement:
      'A source whose sidefile contains all that the target lacks MUST forward exactly those writes, in the order of their sequences, or where many of them overwrite each other ship the blocks they leave, each once, as a staged update.',
    intent:
      'The common case after a failure: a handful of writes, no block compared, and the target a usable prefix at every instant, also when the source dies half way. An interruption is resumed from what the target holds, nothing is sent twice. Folded into blocks the same writes come to less; when that pays is the source’s to decide, but a target without room for them is given the writes: blocks in place would make it a mixture.',
    claims: [1, 2, 13, 14, 32],
    profile: 'baseline',
    observed: 'entity',
    guarantees: ['S3', 'S6', 'L1'],
    mutantWorthy: false,
  },
  {
    id: 'RESYNC-50',
    area: 'RESYNC',
    verb: 'MUST',
    party: 'source',
    statement:
      'A source that lacks such writes MUST ship the blocks of its bitmap only if its base is at or below the target’s contiguous position on their common branch and whatever a half-done update shipped to the target lies on its own history, and compare checksums of all blocks otherwise.',
    intent:
      'A bitmap is complete from its base on and for one history only. Used for a target that was behind the base, or that holds parts of another branch, it leaves blocks different that both sides then call equal. For an inconsistent target, its position is the one before the update began.',
    claims: [],
    profile: 'full',
    observed: 'system',
    guarantees: ['S6', 'S7', 'L1'],
    mutantWorthy: true,
  },
  {
    id: 'RESYNC-60',
    area: 'RESYNC',
    verb: 'MUST',
    party: 'site',
    statement:
      'A site MUST refuse to plan between two branches that are each forced, between a forced branch and one with a record beyond the fork that the forced site did not hold when forced, and where no record covers the fork.',
    intent:
      'In these cases hosts may have been told of writes on both sides, and no rule can say whose count. The operator chooses a branch to discard; its suffix can be exported before. His word is of the branch as it stands: the next record of that site ends it. Whether a host may have been told follows from the records alone.',
    claims: [],
    profile: 'full',
    observed: 'system',
    guarantees: ['S2', 'S7'],
    mutantWorthy: true,
  },
  {
    id: 'RESYNC-70',
    area: 'RESYNC',
    verb: 'MUST',
    party: 'target',
    statement:
      'A target MUST keep shipped blocks beside its volumes until one durable mark with their position commits them, or else be durably marked inconsistent before the first block is overwritten, until a source completes it.',
    intent:
      'Blocks arrive in no order a host wrote them; a volume half updated is worth nothing to anybody. If the source dies before the mark, nothing has happened. While the mark is made and the stage copied the target takes on no record: one that cuts would be undone by the mark, and its primary would begin with a site that hears nothing yet. In place is for when there is no room, and the source, asked once, has nothing but blocks; a site so marked is never promoted.',
    claims: [],
    profile: 'full',
    observed: 'system',
    guarantees: ['S3', 'L3'],
    mutantWorthy: false,
  },
  {
    id: 'RESYNC-80',
    area: 'RESYNC',
    verb: 'MUST',
    party: 'source',
    statement:
      'A source MUST, during a staged update, set the bits of a new write in the durable step that applies it and before its applied position moves, and clear the bit of a block before it reads that block for shipping.',
    intent:
      'Set when the write arrives, the bit can be cleared by a copy of the block as it was before; cleared after the read, it takes a newer change along. Either way one block stays old under a newer position. A failed shipment sets its bit again.',
    claims: [],
    profile: 'full',
    observed: 'internal',
    guarantees: ['S6', 'S7', 'L1'],
    mutantWorthy: true,
  },
  {
    id: 'RESYNC-90',
    area: 'RESYNC',
    verb: 'MUST',
    party: 'source',
    statement:
      'A source MUST commit a staged update at its own applied position of an instant with no bit set and no block in flight, no lower than what was committed when the update began, brought about if need be by one bounded pause of new host writes, and begin a new session in which both bases and all notes stand at that position.',
    intent:
      'Only then do the blocks shipped amount to one position. Notes left from before would claim that the target’s new, empty sidefile still holds entries. What the target told of itself is not the last word on where its volumes stand: stores may have been under way, and what was sent before may come late. Without the pause a steady load keeps an update from ever ending.',
    claims: [],
    profile: 'full',
    observed: 'internal',
    guarantees: ['S3', 'S4', 'S6', 'L1', 'L3'],
    mutantWorthy: true,
  },
  {
    id: 'RESYNC-100',
    area: 'RESYNC',
    verb: 'MUST NOT',
    party: 'site',
    statement:
      'A site MUST NOT report two sites as converged before checksums read on both at the same position have been equal for all blocks, and, while it stays primary, forget a comparison that is wanted or under way when a session, an epoch or an update begins or ends.',
    intent:
      'Equality is a fact about bytes; the protocol’s bookkeeping is what is to be checked by it. Range by range, with the writes of that range held for one bounded exchange, is fine, and host writes elsewhere go on. Nobody but the primary knows that a comparison is owed: what breaks it off makes it begin again at the range it was at, and from the first block on after an update, whose blocks were compared with nothing yet. A comparison that was given up is over once its mirror has said so: a next one, overtaking that word on another connection, would be ended by it. A mirror that is beyond the position asked for does not stand still there: nothing could be compared, and it would fill.',
    claims: [],
    profile: 'full',
    observed: 'system',
    guarantees: ['S6', 'L1'],
    mutantWorthy: false,
  },
  {
    id: 'RESYNC-110',
    area: 'RESYNC',
    verb: 'MUST',
    party: 'distribution',
    statement:
      'A distribution MUST contain, on a medium a machine can read, the code whose execution compares two sidefiles and updates the lagging site by the outcome.',
    intent:
      'What was specified has to be what is shipped: the built package is imported as a user would and made to do a resync. In what language it is written, or whether all of the rest ships with it, is left open.',
    claims: [33],
    profile: 'baseline',
    observed: 'system',
    guarantees: ['L1'],
    mutantWorthy: false,
  },
  {
    id: 'RECOVERY-10',
    area: 'RECOVERY',
    verb: 'MUST',
    party: 'site',
    statement:
      'A site that restarts MUST apply again the entries from its settled position to exactly its durable committed position before it reads, acknowledges or serves.',
    intent:
      'What was applied but not flushed may be gone or half there; doing it again mends both. Going further brings into a volume what no host was told of and what a newer record may have cut already.',
    claims: [],
    profile: 'full',
    observed: 'system',
    guarantees: ['S3', 'S8', 'S9'],
    mutantWorthy: true,
  },
  {
    id: 'RECOVERY-20',
    area: 'RECOVERY',
    verb: 'MUST NOT',
    party: 'site',
    statement:
      'A site that was primary and has restarted, or has learnt of a newer record, MUST NOT take host requests again except as the primary of an epoch begun since then, after the comparison.',
    intent:
      'Between the crash and the restart it forgot what it had sent and not stored; numbering on from its own disk uses a sequence twice. Returning after a takeover it is a mirror like any other, and the target of a resync.',
    claims: [],
    profile: 'full',
    observed: 'system',
    guarantees: ['S1', 'S2', 'S8'],
    mutantWorthy: true,
  },
  {
    id: 'RECOVERY-30',
    area: 'RECOVERY',
    verb: 'MUST',
    party: 'site',
    statement:
      'A site that adopts a history which cuts writes hosts may have been told of (a record beyond the fork is forced or tells of a loss, a forced branch is left, or an operator discarded the site’s branch) MUST first export all that its sidefile has beyond the fork, stored or being stored, payloads and positions, where an operator can read them, and then, in the one durable step of the cut, mark itself inconsistent if some of it lies at or below its durable committed position, and add all blocks of that part and those of its bitmaps to a repair set that only a completed update clears.',
    intent:
      'What lies at or below the durable committed position may be in its volumes. Once the entries are gone the set is the only trace of where; a crash between cutting and remembering leaves blocks of a discarded history in a site that calls itself whole. Hosts were told of these writes, and no site has them any more: exported, they can still be looked at and put back by hand; an operator exports a branch he is about to discard by the same means. Whether hosts were told follows from the records alone: the word of it may be on its way to the disk, be lost with the power, or never have come to a site that stored the write. So an exported suffix may end with writes no host was told of. Without a base at or below the fork, all blocks are added. Cutting what was never committed moves no block.',
    claims: [],
    profile: 'full',
    observed: 'internal',
    guarantees: ['S3', 'S6', 'S7'],
    mutantWorthy: true,
  },
  {
    id: 'RECOVERY-40',
    area: 'RECOVERY',
    verb: 'MUST',
    party: 'site',
    statement:
      'A site MUST treat an unreadable sidefile record as damage, and itself as no holder until repaired, if the record’s position is at or before the flushed mark in any good record or header, and as a hole in the tail otherwise.',
    intent:
      'A torn tail was never acknowledged and may be dropped; a record that was flushed, acknowledged and then lost may not. Taking the second for the first makes a site win an election without the data it vouched for.',
    claims: [],
    profile: 'full',
    observed: 'internal',
    guarantees: ['S1', 'S4'],
    mutantWorthy: true,
  },
  {
    id: 'RECOVERY-50',
    area: 'RECOVERY',
    verb: 'MUST',
    party: 'site',
    statement:
      'A site MUST stop for good, acknowledging nothing more, at the first store, flush or header write that fails or comes back short.',
    intent:
      'After a failed flush an operating system may forget the pages and answer the next one with success. A site that stops is one lost site, which the arrangement is made for. A restart begins with what is durable.',
    claims: [],
    profile: 'full',
    observed: 'entity',
    guarantees: ['S1', 'S4'],
    mutantWorthy: false,
  },
  {
    id: 'RECOVERY-60',
    area: 'RECOVERY',
    verb: 'MUST NOT',
    party: 'site',
    statement:
      'A site MUST NOT return to a host, apply or send to a peer any bytes whose stored checksum does not match them, and, as primary, put off asking a mirror that it streams to for such a block because another one that it does not stream to is to be compared.',
    intent:
      'One rotten bit is otherwise copied to all three sites with great care. Detected, the block is repaired from a peer. A comparison finds such a block too, but one of a mirror that is away, or is updated, may itself wait for it. How large the checksummed unit is stays free.',
    claims: [],
    profile: 'full',
    observed: 'system',
    guarantees: ['S9', 'L1'],
    mutantWorthy: false,
  },
  {
    id: 'RECOVERY-70',
    area: 'RECOVERY',
    verb: 'MUST',
    party: 'site',
    statement:
      'A site MUST take a new random incarnation whenever it is created or restored from a copy, and raise its durable boot number before the first frame after each start.',
    intent:
      'Others tell by the one that a disk is not the disk they knew, by the other that an old connection is not this one. Without them a blank site inherits the trust, and the notes, of its predecessor.',
    claims: [],
    profile: 'full',
    observed: 'entity',
    guarantees: ['S2', 'S4'],
    mutantWorthy: false,
  },
] as const satisfies readonly RuleData[];

export type RuleId = (typeof rules)[number]['id'];

/** A rule whose id is known to exist. */
export type Rule = RuleData & { readonly id: RuleId };
