/** What simulated runs never show (`universe`), and why that is in order. */
export interface Unexercised {
  readonly why: string;
  readonly names: readonly string[];
}

export const unexercised: readonly Unexercised[] = [];
