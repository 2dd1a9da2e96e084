import { isMainThread } from 'node:worker_threads';
import { always, type Component, type Composition, type Move } from '../../../models/model.ts';

/** What goes wrong, and in which thread: the one that leads is the main one. */
export type Wrong =
  | 'step throws'
  | 'step is of no shape'
  | 'step differs'
  | 'moves throw'
  | 'property throws'
  | 'property answers nothing'
  | 'thread ends'
  | 'has another channel'
  | 'fills its heap'
  | 'nothing';
export type Where = 'first' | 'second';

const NODES = 1 << 11;
/** Of a tree that nobody comes to the end of. */
const NODES_MANY = 1 << 20;
const PAUSE_MILLISECONDS = 0.3;
const leak: unknown[] = [];
const pause = new Int32Array(new SharedArrayBuffer(4));

/**
 * A tree whose every node is a state of its one component, so that questions never cease. The thread that leads is slow to answer
 * them, which leaves some for the others; as nothing can go wrong in the other thread before it asked something, none waits long.
 */
export function astray(wrong: Wrong, where: Where): Composition {
  const isHere = isMainThread === (where === 'first');
  const goes = (what: Wrong) => isHere && wrong === what;
  if (wrong === 'nothing' && !isMainThread && where === 'second') throw new Error('not here');
  const nodes = wrong === 'fills its heap' ? NODES_MANY : NODES;
  return {
    name: `a tree (${wrong} in the ${where} thread)`,
    components: { node: node(goes, nodes) },
    channels: {
      [goes('has another channel') ? 'other' : 'idle']: { order: 'fifo', to: 'node', lossy: true },
    },
    properties: [
      always('A-1', 'a node is a node', ['node'], (at: number) => {
        // The first levels are of the thread that leads, wherever it goes wrong.
        if (at > 100 && goes('property throws')) throw new Error('astray');
        if (at > 100 && goes('property answers nothing')) return undefined as never;
        return at < nodes;
      }),
    ],
  };
}

function node(goes: (wrong: Wrong) => boolean, nodes: number): Component<number, string> {
  let calls = 0;
  return {
    initial: 1,
    step(at, event) {
      if (isMainThread && at > 100 && nodes === NODES)
        Atomics.wait(pause, 0, 0, PAUSE_MILLISECONDS);
      if (at > 100 && goes('step throws')) throw new Error('astray');
      if (at > 100 && goes('step is of no shape')) return undefined as never;
      if (at > 100 && goes('step differs')) return { state: (at + calls++) % nodes };
      if (at > 100 && goes('thread ends')) process.exit(7);
      if (at > 100 && goes('fills its heap')) leak.push(new Array(2000).fill(at));
      return { state: at * 2 + (event === 'left' ? 0 : 1), marks: [event] };
    },
    moves(at): readonly Move<string>[] {
      if (at > 100 && goes('moves throw')) throw new Error('astray');
      if (at * 2 >= nodes) return [];
      return ['left', 'right'].map((name) => ({ name, event: name }));
    },
  };
}
