import type { Mutant } from '../../models/mutants.ts';
import { keptShown } from '../gallery/kept.ts';
import { packageRoot } from '../package-root.ts';

interface Progress {
  readonly done: number;
  readonly of: number;
  readonly seconds: number;
  /** States visited a second. */
  readonly rate: number;
  readonly secondsLeft: number;
}

export const paceText = ({ done, of, rate, seconds, secondsLeft }: Progress): string =>
  `${done} of ${of} mutants, ${seconds} s, ${rate.toLocaleString('en-US')} states/s, about ${secondsLeft} s left`;

/** Before a world is searched its machines are met for the first time: that takes about as long as so many states. */
const eachCosts = 2000;

/** How far a run through many mutants is: done, rate, time left. */
export class Pace {
  private readonly begun = performance.now();
  private readonly expected: ReadonlyMap<string, number>;
  private readonly chosen: readonly Mutant[];
  private readonly work: number;
  private done = 0;
  private worked = 0;
  private states = 0;

  constructor(chosen: readonly Mutant[]) {
    // How many states each took when the gallery was made: by it the time that is left is told.
    const kept = new Map(keptShown(packageRoot).map(({ mutant, states }) => [mutant, states]));
    this.chosen = chosen;
    this.expected = new Map(chosen.map(({ name }) => [name, eachCosts + (kept.get(name) ?? 0)]));
    this.work = [...this.expected.values()].reduce((sum, one) => sum + one, 0);
  }

  get seconds(): number {
    return (performance.now() - this.begun) / 1000;
  }

  shortestFirst(): readonly Mutant[] {
    return [...this.chosen].sort((one, other) => this.of(one) - this.of(other));
  }

  /** One is done: how many of how many, how fast, and how long the rest takes at this pace. */
  after(mutant: Mutant, states: number): Progress {
    this.done++;
    this.states += states;
    this.worked += this.of(mutant);
    const left = (this.seconds / this.worked) * (this.work - this.worked);
    return {
      done: this.done,
      of: this.chosen.length,
      seconds: Math.round(this.seconds),
      rate: Math.round(this.states / this.seconds),
      secondsLeft: Math.round(left),
    };
  }

  private of({ name }: Mutant): number {
    return this.expected.get(name)!;
  }
}
