import type { refused } from '../../models/model.ts';
import { type Node, type Reaction, reactionOf } from '../../models/node.ts';

/**
 * What the machine of the world does at an event, or the sentence with which it stops: in the world a
 * site that does not believe another one is a flaw of the protocol. Whoever follows a run tells of it.
 */
export function reactionOrFault(
  node: Node,
  event: Parameters<typeof reactionOf>[1],
): Reaction | typeof refused | { readonly fault: string } {
  try {
    return reactionOf(node, event);
  } catch (error) {
    const { name, message } = error as Error;
    return { fault: `${name}: ${message}` };
  }
}
