import { isZeroes } from './content.ts';

/** What hosts were told, and what each block may therefore hold. */
export class Ledger {
  /** Number of the largest write begun. */
  newest = 0;
  acknowledged = 0;
  reads = 0;
  private readonly blocks = new Map<string, { least: number; begun: number[] }>();

  begin(volume: number, first: number, count: number, number: number): void {
    this.newest = Math.max(this.newest, number);
    for (const block of this.covered(volume, first, count)) block.begun.push(number);
  }

  done(volume: number, first: number, count: number, number: number): void {
    this.acknowledged++;
    for (const block of this.covered(volume, first, count)) raise(block, number);
  }

  /** What was read; the sentence says what is wrong with it, null: nothing. */
  read(volume: number, block: number, number: number): string | null {
    this.reads++;
    const state = this.at(volume, block);
    const possible = [state.least, ...state.begun].filter((one) => one >= state.least);
    const found =
      number === 0
        ? possible.filter((one) => isZeroes(one))
        : possible.filter((one) => one === number);
    if (found.length === 0) {
      return `block ${block} of volume ${volume} reads ${number}, possible are ${possible.join(', ')}`;
    }
    raise(state, Math.min(...found));
    return null;
  }

  private covered(volume: number, first: number, count: number) {
    return Array.from({ length: count }, (_, index) => this.at(volume, first + index));
  }

  private at(volume: number, block: number) {
    const name = `${volume}:${block}`;
    const found = this.blocks.get(name) ?? { least: 0, begun: [] };
    this.blocks.set(name, found);
    return found;
  }
}

/** What came before is gone for good: neither an older write nor one that was overwritten shows again. */
function raise(state: { least: number; begun: number[] }, least: number): void {
  state.least = least;
  state.begun = state.begun.filter((number) => number > least);
}
