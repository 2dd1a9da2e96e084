/**
 * Wordings that a concrete run has broken: what the rule said before, what it says now in short, and
 * the run. Each is a mutant that a check has to kill. `mark` is stable; one mark, one broken wording.
 */

export interface ChangeData {
  readonly mark: `C-${number}`;
  readonly rule: string;
  readonly before: string;
  readonly after: string;
  /** The shortest run we know that separates the two. */
  readonly run: string;
}

export const changes = [
  {
    mark: 'C-10',
    rule: 'EPOCH-10',
    before: 'A candidate takes the next free epoch number.',
    after: 'Numbers are three times k plus the site id.',
    run: 'Two sites, each forced by its operator while apart, both found epoch 2 and write sequence 7 in it; on healing the positions match and the data does not.',
  },
  {
    mark: 'C-20',
    rule: 'EPOCH-60',
    before: 'A position counts if it is at or below the parent of the next record.',
    after: 'It has to be at or below the parent of every later record.',
    run: 'Epoch 3 ends at 9, epoch 4 at 12, epoch 8 is cut from 4 at 6: position (3, 8) passes the look at the next record and is gone by the one after.',
  },
  {
    mark: 'C-30',
    rule: 'PRIMARY-20',
    before: 'Committed is the largest position every holder has stored.',
    after: 'Committed is the largest position every holder has stored without a gap.',
    run: 'Write 7 is lost on one connection, 8 is stored over another and acknowledged; the primary dies, the history ends at 6, and 8 was promised.',
  },
  {
    mark: 'C-35',
    rule: 'PRIMARY-20',
    before: 'A primary takes as committed what it and its sync set are known to hold.',
    after: 'Also what a mirror of its record says it knows to be committed.',
    run: 'The primary told the sync mirror that 2 is committed, and forgets it with its power; elected again, it gives blocks to that mirror, which lost 2: the update ends where the mirror may stand already, the primary applies nothing beyond c, and c waits for the mirror.',
  },
  {
    mark: 'C-40',
    rule: 'PRIMARY-30',
    before: 'With an empty sync set the primary commits what it has stored itself.',
    after: 'It needs an answer from a voting site to a question asked after the store.',
    run: 'The sync mirror left by a record; the async leg breaks unnoticed; the two mirrors elect with consent; the old primary goes on telling hosts of success.',
  },
  {
    mark: 'C-50',
    rule: 'MIRROR-20',
    before: 'A site applies what it knows to be committed.',
    after: 'The committed position is durable before anything up to it is applied.',
    run: 'A mirror applies up to 9 with 7 as its durable mark, loses power, forgets 8 and 9 as uncommitted in an election, and has them in its volume.',
  },
  {
    mark: 'C-60',
    rule: 'RECOVERY-10',
    before: 'Redo applies every entry the sidefile holds.',
    after: 'Redo ends at exactly the durable committed position.',
    run: 'The primary stores 1 to 10, commits 9, crashes; the mirrors elect 9; on its return it redoes 10 and only then hears that 10 was cut.',
  },
  {
    mark: 'C-70',
    rule: 'EPOCH-70',
    before: 'The committed position never falls.',
    after: 'A record cuts it to its parent; one told in another epoch is ignored.',
    run: 'A takeover with R=5 reaches a site whose mark is 9; it takes the new epoch’s 6 to 9 for committed the moment they arrive.',
  },
  {
    mark: 'C-80',
    rule: 'SIDEFILE-60',
    before: 'An entry that was applied may be overwritten.',
    after: 'Only settled entries go: flushed, and the flush on record.',
    run: 'Block applied, not flushed; its entry overwritten by the newest write; power lost: the write is nowhere on the site that acknowledged it.',
  },
  {
    mark: 'C-90',
    rule: 'MIRROR-30',
    before: 'A mirror accepts whatever fits in its sidefile.',
    after: 'It accepts up to its settled position plus capacity.',
    run: 'A sidefile of four holds 8 to 11 and lacks 7; 7 finds no room, and nothing can be settled until it comes.',
  },
  {
    mark: 'C-100',
    rule: 'MIRROR-30',
    before: 'The window’s end travels with acknowledgements.',
    after: 'A mirror whose window moved says so even with nothing to acknowledge.',
    run: 'The last acknowledgement says the window is full; the mirror then settles; the primary has nothing it may send, the mirror nothing to answer.',
  },
  {
    mark: 'C-110',
    rule: 'LINK-10',
    before: 'Notes are kept and merged with what a peer says when it reconnects.',
    after: 'A session’s summary replaces all notes; frames of an older session are dropped.',
    run: 'The async mirror acknowledges 9, is replaced by an empty site; the late frame arrives, and 1 to 9 are retired without bits.',
  },
  {
    mark: 'C-115',
    rule: 'LINK-10',
    before: 'Within a session whatever a mirror says is true whenever it comes.',
    after: 'An answer of an older epoch is dropped.',
    run: 'A mirror has stored the first blocks of an update when its primary begins a new epoch, and says so on the slower of two connections. The update begins again; the late word counts for its first blocks, and the mark, on the faster connection, is there before them.',
  },
  {
    mark: 'C-120',
    rule: 'SIDEFILE-80',
    before: 'A bitmap is cleared once the peer has acknowledged its youngest drop.',
    after: 'Two halves: the old one is cleared when its mark is passed, then they change places.',
    run: 'Under steady load the youngest drop is always newer than what is noted; no bit is ever cleared, and every update ships the disk.',
  },
  {
    mark: 'C-130',
    rule: 'SIDEFILE-70',
    before: 'An entry the peer is noted to hold is dropped without bits.',
    after: 'Only at or below its contiguous position, with the base raised first; ranges get bits.',
    run: 'The peer has 1 to 4 and 6; entry 6 goes without bits and the base rises to 6; 5 is dropped later, its bits lie below the base, and the plan ships nothing.',
  },
  {
    mark: 'C-140',
    rule: 'HOST-30',
    before: 'A read returns the newest data the primary has.',
    after: 'A read returns committed writes only.',
    run: 'A reader sees a write stored at the primary only; the primary dies; every later read shows the block before it.',
  },
  {
    mark: 'C-150',
    rule: 'EPOCH-10',
    before: 'A candidate picks a number when it proposes.',
    after: 'The number is stored as used before anything is sent.',
    run: 'It proposes 9 to one site, crashes, forgets, proposes 9 to the other with another parent: two records named 9.',
  },
  {
    mark: 'C-160',
    rule: 'EPOCH-20',
    before: 'A record is sent and stored at the same time; any confirmation counts.',
    after: 'It is durable at its proposer first, and confirmed by checksum.',
    run: 'The proposer dies after sending and returns without the record; a confirmation of the first attempt makes the second stand.',
  },
  {
    mark: 'C-170',
    rule: 'EPOCH-40',
    before: 'A site that has promised stores nothing more for the old primary.',
    after: 'It also sends nothing more in the old epoch: no evidence, confirmation or answer.',
    run: 'The async mirror promises epoch 5 and then answers the old primary’s request for evidence in 4: a write commits that 5 does not know.',
  },
  {
    mark: 'C-180',
    rule: 'EPOCH-50',
    before: 'A summary shows what is stored when the promise is made.',
    after: 'It is made after every begun store has ended, and then final.',
    run: 'Store of 8 is under way; the summary says 7; the store ends and its acknowledgement, made ready before, still leaves: the host is told of 8, the elected history ends at 7.',
  },
  {
    mark: 'C-190',
    rule: 'EPOCH-90',
    before: 'A refused candidate tries again with a higher number.',
    after: 'Of two that talk, the one of lower rank gives up and promises.',
    run: 'Both mirrors propose at once, refuse each other, go higher, and do so for ever; every step is fair and the goal stays reachable.',
  },
  {
    mark: 'C-200',
    rule: 'EPOCH-100',
    before: 'Any two promises make an epoch.',
    after: 'Only the incarnation named in the newest record has a vote.',
    run: 'The primary and the async mirror run alone; the async mirror is replaced by an empty site; with the sync mirror it elects the end from before.',
  },
  {
    mark: 'C-210',
    rule: 'RECOVERY-20',
    before: 'A primary that restarts quickly continues its epoch.',
    after: 'It serves again only in a new epoch, after the comparison.',
    run: 'It sends write 8, crashes before its own flush, restarts with 7 as its last and numbers the next one 8.',
  },
  {
    mark: 'C-220',
    rule: 'EPOCH-120',
    before: 'Without a holder, the site with the largest position becomes primary.',
    after: 'The largest contiguous position on the branch of the newest record counts.',
    run: 'A returning site shows 1 to 50 of a branch cut at 5; the other has 1 to 9 of the new one; 50 wins and nine committed writes go.',
  },
  {
    mark: 'C-230',
    rule: 'EPOCH-130',
    before: 'A holder by record takes over without consent.',
    after: 'Not if a durable committed position or a note shows that more was held.',
    run: 'A holder’s sidefile rotted at 9 after it was acknowledged; it elects 8 and calls that lossless.',
  },
  {
    mark: 'C-240',
    rule: 'EPOCH-140',
    before: 'A mirror that is connected again belongs to the sync set.',
    after: 'It enters by a record, consistent and level, while new writes pause.',
    run: 'It comes back with a hole at 6 and acknowledges 10; the primary dies; the record’s holder lacks 6 to 9.',
  },
  {
    mark: 'C-250',
    rule: 'RESYNC-50',
    before: 'A site with a bitmap for the target ships it.',
    after: 'Only on one branch, with a base low enough, and what was shipped on its own history.',
    run: 'An update in place dies half way, a primary of another branch takes over and ships its own bitmap; blocks of the first source remain.',
  },
  {
    mark: 'C-260',
    rule: 'RECOVERY-30',
    before: 'A cut site works out afterwards which blocks to repair.',
    after: 'The cut, the mark and the repair set are one durable step.',
    run: 'Cut to R=5 with 50 applied, crash right after; on restart the sidefile ends at 5 and nothing says that blocks of 6 to 50 are wrong.',
  },
  {
    mark: 'C-265',
    rule: 'RECOVERY-30',
    before: 'A site exports what it cuts at or below its durable committed position.',
    after:
      'Where the records say that hosts may have been told: all beyond the fork, also what is being stored.',
    run: 'A host is told of 1, whose c is on its way to the disk, or never comes to the sync mirror; the async mirror was forced without 1, and both others cut it unseen.',
  },
  {
    mark: 'C-270',
    rule: 'RESYNC-60',
    before: 'A forced branch loses against one with a majority.',
    after: 'No plan when that branch has a record the forced site did not hold.',
    run: 'A site is forced, serves hosts, and heals against a majority’s epoch it never heard of: its hosts’ writes vanish unasked.',
  },
  {
    mark: 'C-280',
    rule: 'RESYNC-80',
    before: 'A new write’s bits are set when it arrives.',
    after: 'They are set in the step that applies it; a bit is cleared before the block is read.',
    run: 'Write arrives, bit set; the copier clears it and ships the old block; then the write is applied.',
  },
  {
    mark: 'C-290',
    rule: 'RESYNC-90',
    before: 'An update ends when all bits have been shipped once.',
    after: 'At an instant with no bit and nothing in flight, with notes and bases anew.',
    run: 'The last block is in flight while another bit is set; the mark says position 20 for blocks of 19, and old notes vouch for entries the target dropped.',
  },
  {
    mark: 'C-300',
    rule: 'RECOVERY-40',
    before: 'An unreadable record ends the sidefile.',
    after: 'At or before a flushed mark it is damage, and the site no holder.',
    run: 'Record 9 was flushed and acknowledged, then rotted; on restart the sidefile is cut at 8 as a torn tail, and the site votes as a holder.',
  },
] as const satisfies readonly ChangeData[];
