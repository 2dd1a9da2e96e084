import { CheckError, type CheckErrorCode } from './check-error.ts';
import type { Expander } from './expander.ts';
import { renderActions } from './render/text.ts';
import type { Space } from './space.ts';
import { Tracer } from './trace.ts';

/** Of what the user wrote, when it was asked what one world leads to. */
const metOnTheWay: ReadonlySet<CheckErrorCode> = new Set([
  'channel-full',
  'component-threw',
  'endless-delivery',
  'model-threw',
  'unhandled-event',
]);

const met = 'It was met ';

interface Worlds {
  read(number: number, world: Int32Array): void;
  parent(number: number): number;
}

/** Expands a world; an error that tells of the model also tells how it came there. */
export function expandOrTell(expander: Expander, worlds: Worlds, number: number): void {
  try {
    expander.expand(number);
  } catch (thrown) {
    throw withTheWay(thrown, expander.space, worlds, number);
  }
}

function withTheWay(thrown: unknown, space: Space, worlds: Worlds, number: number): unknown {
  if (!isMet(thrown)) return thrown;
  const path: Int32Array[] = [];
  for (let at = number; at >= 0; at = worlds.parent(at)) {
    const world = new Int32Array(space.slots());
    worlds.read(at, world);
    path.unshift(world);
  }
  return told(thrown, path.length === 1 ? 'at the start.' : alongOf(space, path));
}

/** The way is found by asking again: one who answers otherwise then must not hide what was thrown first. */
function alongOf(space: Space, path: readonly Int32Array[]): string {
  try {
    const steps = new Tracer(space).steps(path);
    return `after:\n${renderActions({ steps, loopFrom: null, noReturnFrom: null })}`;
  } catch {
    const count = path.length - 1;
    return `after ${count} ${count === 1 ? 'step' : 'steps'}; asked again for them, the model does otherwise.`;
  }
}

/** Threads that make worlds for each other do not know who found which. */
export function withoutTheWay(thrown: unknown): unknown {
  if (!isMet(thrown) || thrown.message.includes(`\n${met}`)) return thrown;
  return told(thrown, 'by one of several workers; one alone tells the way there.');
}

const isMet = (thrown: unknown): thrown is CheckError =>
  thrown instanceof CheckError && metOnTheWay.has(thrown.code);

const told = ({ cause, code, message }: CheckError, where: string): CheckError =>
  new CheckError(code, `${message}\n${met}${where}`, cause);
