/** Wrong guards that no world tells from the right ones, each for a reason. */
export const unnoticedGuards: readonly {
  readonly guard: string;
  readonly says: string;
  readonly why: string;
}[] = [
  {
    guard: 'mirror.isStageFlushing',
    says: 'always yes',
    why: 'the same graph: no disk answers twice in any world (models/unreached.ts), so it never says no',
  },
  {
    guard: 'sidefile.isPressed',
    says: 'the opposite',
    why: 'the three states of the sidefile chart do the same and only say what is true: two names are exchanged; always yes and always no are missed (exit 22)',
  },
  {
    guard: 'primary.isRefused',
    says: 'always no',
    why: 'the same graph: it says yes in no default world (models/unreached.ts), so no is what it says',
  },
];
