import type { Node } from '../../models/node.ts';
import { Equivalence } from './equivalence.ts';
import { type Effort, type Explained, explained, SilentSteps } from './explaining.ts';
import type { Bound } from './outlook.ts';
import type { Told } from './site-steps.ts';

/** How hard a line is tried, and from how many lines before it the site is looked at once more. */
interface Attempt extends Effort {
  readonly back: number;
}

const attempts: readonly Attempt[] = [
  { kept: 12, beyond: 1, looked: 400, back: 0 },
  { kept: 24, beyond: 2, looked: 1000, back: 16 },
  { kept: 60, beyond: 2, looked: 3000, back: 40 },
  { kept: 150, beyond: 3, looked: 6000, back: 100 },
  { kept: 60, beyond: 1, looked: 2000, back: 250 },
];
const backMost = Math.max(...attempts.map(({ back }) => back));

/** States looked at in one attempt: a line is never searched for without end. */
const attemptLookedMost = 80_000;

/** To be sure that nothing explains a line: all states of a site from its start on, if they are not too many. */
const allStates: Effort = { kept: 20_000, beyond: Number.POSITIVE_INFINITY, looked: 20_000 };
/** States looked at in all to be sure of one line. */
const surelyLookedMost = 200_000;

/** What was done to explain the lines of a trace. */
export interface SearchWork {
  /** States that were looked at. */
  looked: number;
  /** The most states kept after a line. */
  largest: number;
  /** Lines explained at once, and by each further attempt. */
  readonly byAttempt: number[];
}

export const newWork = (): SearchWork => ({
  looked: 0,
  largest: 0,
  byAttempt: attempts.map(() => 0),
});

/** How a site starts. */
export interface Life {
  /** What it may be before its first line. */
  readonly first: readonly Node[];
  /** Are these all? */
  readonly isWhole: boolean;
  /** Does it matter what a loss of power would leave of it? */
  readonly isDiskSeen: boolean;
}

/**
 * One life of a site, from a start on: after each line a set of states it may be in. A line holds
 * if one of them reacts exactly as it says, after silent steps; where none does, the search goes back and keeps more.
 */
export class SiteSearch {
  private readonly work: SearchWork;
  private readonly silent: SilentSteps;
  private readonly first: readonly Node[];
  private readonly isWhole: boolean;
  private readonly lines: Told[] = [];
  /** Is nothing believed of what the site tells later than in the last line? */
  private isShort = false;
  /** States before the last lines, the oldest first, and after the last one. */
  private readonly layers: (readonly Node[])[];

  constructor({ first, isWhole, isDiskSeen }: Life, work: SearchWork) {
    this.first = first;
    this.isWhole = isWhole;
    this.layers = [first];
    this.silent = new SilentSteps(new Equivalence(isDiskSeen));
    this.work = work;
  }

  /** The same life, looked at anew by what its disk would give back. */
  withDisk(): SiteSearch {
    const { first, isWhole } = this;
    const search = new SiteSearch({ first, isWhole, isDiskSeen: true }, this.work);
    for (const told of this.lines) search.take(told);
    return search;
  }

  /** The states the site may be in now, some of them. */
  get states(): readonly Node[] {
    return this.layers.at(-1)!;
  }

  /** Takes a line. False: nothing was found that explains it, and the search stays where it was. */
  take(told: Told): boolean {
    this.lines.push(told);
    if (this.isTried()) return true;
    if (this.isShort) return false;
    // Perhaps it is a later line that nothing explains, and what it tells leads nowhere.
    this.isShort = true;
    return this.isTried();
  }

  private isTried(): boolean {
    for (const [index, attempt] of attempts.entries()) {
      const layers = this.again(attempt);
      if (layers === null) continue;
      this.layers.length -= layers.length - 1;
      this.layers.push(...layers);
      if (this.layers.length > backMost + 1) this.layers.shift();
      this.work.byAttempt[index]!++;
      this.work.largest = Math.max(this.work.largest, this.states.length);
      return true;
    }
    return false;
  }

  /** What the last line could have been in place of what it says. */
  instead(): Explained {
    return this.explained(this.states, this.lines.at(-1)!, attempts[1]!);
  }

  /** Is there no way through all lines of this life, although no state was left out? */
  isSurelyRefused(): boolean {
    this.isShort = true;
    if (!this.isWhole) return false;
    let before = this.first;
    let looked = 0;
    for (const told of this.lines) {
      const reached = this.explained(before, told, allStates);
      looked += reached.looked;
      if (reached.isCut || looked > surelyLookedMost) return false;
      before = reached.kept;
    }
    return before.length === 0;
  }

  /** The states after each of the last lines, looked at once more; null: nothing explains one of them. */
  private again(attempt: Attempt): (readonly Node[])[] | null {
    const back = Math.min(attempt.back, this.layers.length - 1);
    const layers: (readonly Node[])[] = [];
    let before = this.layers.at(-1 - back)!;
    let looked = 0;
    for (const told of this.lines.slice(-1 - back)) {
      const reached = this.explained(before, told, attempt);
      before = reached.kept;
      looked += reached.looked;
      if (before.length === 0 || looked > attemptLookedMost) return null;
      layers.push(before);
    }
    return layers;
  }

  private explained(before: readonly Node[], told: Told, effort: Effort): Explained {
    const seen = this.isShort ? shortened(told, this.lines.at(-1)!.number) : told;
    const reached = explained(before, seen, effort, this.silent);
    this.work.looked += reached.looked;
    return reached;
  }
}

/** With nothing of what is told after the line of this number. */
function shortened(told: Told, last: number): Told {
  const until = ({ number }: Bound) => number <= last;
  return { ...told, bounds: told.bounds.filter(until), later: told.later.filter(until) };
}
