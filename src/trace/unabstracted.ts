import type { Unexplained } from '../../models/abstract/explain.ts';
import type { Node } from '../../models/node.ts';
import { type SiteId, siteIds } from '../../models/words.ts';
import type { TraceLine } from './format.ts';

/** What sites do that the abstract protocol has no word for. */
export type Unabstracted = 'branch given up by an operator';

type Nodes = readonly (Node | null)[];

/**
 * Tells these steps from those that nothing allows. The abstract protocol has no operators who choose between branches:
 * that one did is looked up in the machine.
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
  nameOf({ site }: TraceLine, { rules }: Unexplained): Unabstracted | null {
    if (!rules.includes('EPOCH-160') || !this.givenUp[site]) return null;
    this.givenUp[site] = false;
    return 'branch given up by an operator';
  }
}

const contextOf = (nodes: Nodes, site: SiteId) => nodes[site]?.site?.context ?? null;
