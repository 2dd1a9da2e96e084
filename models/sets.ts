/** Worlds that are exhausted one after the other in minutes: what `sidefile check` visits when no name is given. */
export const defaultSet: readonly string[] = [
  'takeover',
  'disks',
  'flap',
  'ring',
  'replaced',
  'old-frames',
  'rest-update',
];
