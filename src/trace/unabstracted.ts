import type { Unexplained } from '../../models/abstract/explain.ts';
import type { Node } from '../../models/node.ts';
import { type SiteId, siteIds } from '../../models/words.ts';
import type { TraceLine } from './format.ts';

/** What sites do that the abstract protocol has no word for. */
export type Unabstracted = 'mark where volumes stand' | 'branch given up by an operator';

type Nodes = readonly (Node | null)[];

/**
 * Tells these steps from those that nothing allows. The abstract protocol counts as applied what a start would redo, and
 * has no operators who choose between branches: both are looked up in the machines, for the one rule that each concerns.
 */
export class UnabstractedSteps {
  /** Sites that an operator told to give up their branch, until they took a record or started again. */
  private readonly givenUp = [false, false, false];

  /** Is to be told of each world that is passed. */
  pass(nodes: Nodes, { site, event }: TraceLine): void {
    if (event?.type === 'start') this.givenUp[site] = false;
    for (const id of siteIds) if (contextOf(nodes, id)?.discard === id) this.givenUp[id] = true;
  }

  /** What makes the abstract protocol not know this step; null: it ought to. */
  nameOf(nodes: Nodes, { site, effects }: TraceLine, { rules }: Unexplained): Unabstracted | null {
    if (rules.includes('RESYNC-70')) {
      const stands = contextOf(nodes, site)?.applied;
      const marks = effects.flatMap((effect) =>
        effect.type === 'send' && effect.message.type === 'stageCommit' ? [effect.message] : [],
      );
      const isThere = marks.length > 0 && marks.every(({ through }) => through === stands);
      return isThere ? 'mark where volumes stand' : null;
    }
    if (!rules.includes('EPOCH-160') || !this.givenUp[site]) return null;
    this.givenUp[site] = false;
    return 'branch given up by an operator';
  }
}

const contextOf = (nodes: Nodes, site: SiteId) => nodes[site]?.site?.context ?? null;
