/** Of each part so many answers are asked for again when all is over, evenly spread. */
const ASKED_AGAIN = 32;

/** What chance and the clock say meanwhile: far from what they said before, whatever part of a date is looked at. */
const elsewhere = [
  { luck: 0, milliseconds: 34_578_443_457 },
  { luck: 1 - 2 ** -53, milliseconds: -34_665_081_679 },
] as const;

/** Some of the numbers from 0 to below `count`. */
export function* spread(count: number, most = ASKED_AGAIN): Iterable<number> {
  const stride = Math.max(1, count / most);
  for (let at = 0; at < count; at += stride) yield Math.floor(at);
}

/**
 * Asks again what was asked before, later and in another order: what counts calls, or remembers what it saw, does not answer the
 * same. `Date`, `performance.now` and `Math.random` say something else meanwhile, so that what looks at them does not either.
 */
export function askedElsewhere(ask: () => void): void {
  for (const { luck, milliseconds } of elsewhere) {
    const restore = exchanged(luck, milliseconds);
    try {
      ask();
    } finally {
      restore();
    }
  }
}

function exchanged(luck: number, milliseconds: number): () => void {
  const { Date: clock } = globalThis;
  const { random } = Math;
  const { now } = performance;
  const later = () => clock.now() + milliseconds;
  globalThis.Date = new Proxy(clock, {
    apply: () => new clock(later()).toString(),
    construct: (_, given, target) =>
      Reflect.construct(clock, given.length === 0 ? [later()] : given, target),
    get: (date, key) => (key === 'now' ? later : Reflect.get(date, key)),
  });
  Math.random = () => luck;
  performance.now = () => now.call(performance) + milliseconds;
  return () => {
    globalThis.Date = clock;
    Math.random = random;
    performance.now = now;
  };
}
