import { abstractionOf, type View } from '../../models/abstract/abstraction.ts';
import { explain, type Unexplained } from '../../models/abstract/explain.ts';
import { Hearing } from '../../models/abstract/heard.ts';
import { saidIn, withoutGap } from '../../models/abstract/reading.ts';
import {
  type AbstractState,
  type Note,
  noNote,
  type Said,
  type Words,
} from '../../models/abstract/state.ts';
import type { HostState } from '../../models/host.ts';
import type { Node } from '../../models/node.ts';
import { type SiteId, siteIds } from '../../models/words.ts';
import type { TraceLine } from './format.ts';
import type { Beyond, Passing } from './path.ts';

/** The first step of a run that is no behaviour of the abstract protocol. */
export interface NoBehaviour {
  readonly line: TraceLine;
  readonly before: AbstractState;
  readonly after: AbstractState;
  readonly unexplained: Unexplained;
}

/** A world of the run, as it was passed. */
interface Passed {
  readonly nodes: readonly (Node | null)[];
  readonly host: HostState;
  readonly frames: View['frames'];
  readonly line: TraceLine;
  readonly beyond: Beyond | null;
}

/**
 * Asks of each world that a run passes and of the one before it: do lawful steps of the abstract protocol
 * lead from one to the other, or is nothing to be explained? The mapping is that of the checker's worlds.
 */
export class AbstractPath {
  /** Steps of the run that were looked at, a start as two: what the end before it left, and the start. */
  steps = 0;
  /** How many of them are steps of the abstract protocol; nothing is to be explained of the others. */
  changes = 0;
  /** Steps that nothing explains, and that no protocol can know of. */
  readonly excused = new Map<Beyond, number>();
  /** The first step that is no behaviour of the abstract protocol. No more is asked then. */
  refused: NoBehaviour | null = null;
  private last: AbstractState | null = null;
  private readonly hearing = new Hearing();
  /** What each site was before it was heard of: as its first start found it. */
  private readonly first: (Node | null)[] = [null, null, null];
  private readonly waiting: Passed[] = [];
  /** What sites had said, and may still be heard, when a disk that lied took from them what they hold. */
  private readonly saidBeforeLie: { readonly site: SiteId; readonly words: Words }[] = [];

  readonly passes: Passing = (path, line, beyond) => {
    if (this.refused) return;
    const nodes = [...path.nodes];
    for (const site of siteIds) this.first[site] ??= nodes[site]!;
    this.waiting.push({ nodes, host: path.host.state, frames: path.underway(), line, beyond });
    if (nodes.includes(null)) return;
    for (const passed of this.waiting.splice(0)) this.look(passed);
  };

  private look({ nodes, host, frames, line, beyond }: Passed): void {
    const known = nodes.map((node, site) => node ?? this.first[site]);
    const after = this.withoutLateWords(
      abstractionOf({ nodes: known as unknown as View['nodes'], host, frames }, this.hearing),
    );
    const before = this.last;
    this.last = after;
    if (before === null || this.refused) return;
    this.steps++;
    const explanation = explain(before, after);
    if (explanation.kind === 'steps') {
      if (explanation.steps.length > 0) this.changes++;
      return;
    }
    if (beyond === null) {
      this.refused = { line, before, after, unexplained: explanation };
      return;
    }
    this.excused.set(beyond, (this.excused.get(beyond) ?? 0) + 1);
    if (beyond === 'disk lies') this.saidBeforeLie.push({ site: line.site, words: before.words });
    this.last = this.withoutLateWords(after);
  }

  /**
   * Who lost entries by a lie says less from then on, and has nothing to repair, which no step does: what it
   * said before that goes with the excused step. Whoever counts on it after all is told: nobody said it.
   */
  private withoutLateWords(state: AbstractState): AbstractState {
    const said = this.saidBeforeLie.reduce(
      (all, { site, words }) => all.map((one) => withoutLate(one, site, words, state)),
      state.words.said,
    );
    return { ...state, words: { ...state.words, said } };
  }
}

function withoutLate(said: Said, site: SiteId, before: Words, { sites }: AbstractState): Said {
  const word = said.held[site];
  const late = saidIn(before, said.epoch).held[site];
  const isLate = word.incarnation === late.incarnation && word.through <= late.through;
  if (!isLate || word.through <= withoutGap(sites[site].held)) return said;
  const held = [...said.held] as [Note, Note, Note];
  held[site] = noNote;
  return { ...said, held };
}
