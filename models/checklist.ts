/**
 * What small worlds must contain, or flaws stay invisible (the protocol's chapter on the environment), and what a checked
 * world must be able to do besides. Each with worlds in which it happens.
 */
export const checklist: readonly {
  readonly what: string;
  readonly worlds: readonly string[];
}[] = [
  { what: 'two stores in flight at a site', worlds: ['restart', 'loose-stores'] },
  { what: 'a store that ends after a promise', worlds: ['late-store', 'late-store-again'] },
  {
    what: 'a primary that crashes between send and its own flush, and restarts',
    worlds: ['restart', 'disks'],
  },
  {
    what: 'two connections of one leg: frames overtake each other',
    worlds: ['holes', 'hole-in-a-ring', 'hole-far-away'],
  },
  { what: 'an empty sync set with a late suspicion', worlds: ['alone', 'late-evidence'] },
  {
    what: 'a blank return',
    worlds: ['replaced', 'alone-replaced', 'keeps-from-blank', 'refilled'],
  },
  { what: 'two forces', worlds: ['two-forces'] },
  { what: 'a reading host', worlds: ['reader', 'cut-off-reader', 'reread', 'named'] },
  { what: 'flush of the volume apart from apply', worlds: ['disks', 'ring', 'unflushed-stage'] },
  { what: 'a ring of two with a hole', worlds: ['hole-in-a-ring'] },
  { what: 'frames of an old session', worlds: ['old-frames'] },
  { what: 'an update interrupted by a new epoch', worlds: ['interrupted'] },
  { what: 'a record known to its proposer only', worlds: ['own-record', 'disks'] },
  { what: 'writes of several blocks, and overlapping ones', worlds: ['overlap'] },
  { what: 'a volume half written when power is lost', worlds: ['overlap'] },
  {
    what: 'stores that end in another order, or in part, when power is lost',
    worlds: ['loose-stores', 'restart'],
  },
  { what: 'an entry that rots', worlds: ['rotten-commit', 'rotten-tail'] },
  { what: 'a block that rots', worlds: ['rotten', 'verified'] },
  { what: 'wrong suspicion', worlds: ['partition', 'flap', 'late-evidence'] },
  { what: 'crash and restart of each site', worlds: ['deep-crashes', 'disks', 'ring', 'duel'] },
  {
    what: 'a link that breaks and heals, each of the three',
    worlds: ['deep-cut', 'partition', 'lag'],
  },
  { what: 'operator: consent', worlds: ['consent', 'named'] },
  { what: 'operator: force', worlds: ['two-forces', 'forced-return'] },
  { what: 'operator: switchover and failback', worlds: ['switchover'] },
  { what: 'operator: suspend and resume', worlds: ['suspended'] },
  { what: 'operator: admit', worlds: ['admitted'] },
  { what: 'a fixed sidefile that is overwritten', worlds: ['ring', 'suspended', 'lag'] },
  { what: 'an adaptive sidefile that grows and shrinks', worlds: ['adaptive-rest', 'adaptive'] },
  { what: 'plan: delta', worlds: ['takeover'] },
  { what: 'plan: bitmap', worlds: ['ring'] },
  { what: 'plan: compare-blocks', worlds: ['replaced', 'old-frames'] },
  { what: 'plan: refuse', worlds: ['two-forces'] },
];
