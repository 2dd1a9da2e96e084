/** What the default worlds never show (models/coverage.ts), and why that is in order. `sidefile check` wants each hole to be here. */
export interface Unreached {
  readonly why: string;
  readonly marks: readonly string[];
}

export const unreached: readonly Unreached[] = [];
