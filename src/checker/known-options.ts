import type { CheckOptions } from './check.ts';
import { CheckError } from './check-error.ts';

const known: Readonly<Record<keyof CheckOptions, true>> = {
  statesMax: true,
  memoryBytesMax: true,
  secondsMax: true,
  depthMax: true,
  workers: true,
  aloneUntil: true,
  checkpoint: true,
  resume: true,
  walks: true,
  signal: true,
  onProgress: true,
  progressEveryMilliseconds: true,
  fingerprint: true,
  reduced: true,
};

/** A bound whose name is misspelt would bound nothing, in silence. */
export function refuseUnknown(options: CheckOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw new CheckError('impossible-bound', `the options are ${options}; they are an object`);
  }
  refuseOddValues(options);
  refuseOthers('option', options, known);
  refuseOthers('option of checkpoint:', options.checkpoint, { path: true, everySeconds: true });
  refuseOthers('option of walks:', options.walks, { count: true, stepsMax: true, seed: true });
  refuseNoPath(options);
}

function refuseOthers(what: string, given: unknown, names: object): void {
  if (typeof given !== 'object' || given === null) return;
  const strange = Object.keys(given).find((name) => !Object.hasOwn(names, name));
  if (strange === undefined) return;
  const wanted = Object.keys(names).join(', ');
  throw new CheckError('impossible-bound', `there is no ${what} ${strange}; known: ${wanted}`);
}

/** What would be accepted and do nothing, as whatever is compared with it is false. */
function refuseOddValues(options: CheckOptions): void {
  const { aloneUntil, checkpoint, fingerprint, onProgress, progressEveryMilliseconds } = options;
  const { reduced, signal } = options;
  const everySeconds = checkpoint?.everySeconds;
  const odd = (name: string, found: unknown, wanted: string) =>
    new CheckError('impossible-bound', `${name} is ${String(found)}; it is ${wanted}`);
  const numbers = { aloneUntil, progressEveryMilliseconds, everySeconds };
  for (const [name, value] of Object.entries(numbers)) {
    if (value === undefined || (typeof value === 'number' && value >= 0)) continue;
    throw odd(name, value, 'a number from 0');
  }
  if (onProgress !== undefined && typeof onProgress !== 'function')
    throw odd('onProgress', onProgress, 'a function');
  if (reduced !== undefined && typeof reduced !== 'boolean')
    throw odd('reduced', reduced, 'true or false');
  if (fingerprint !== undefined && typeof fingerprint?.as !== 'string')
    throw odd('fingerprint', fingerprint, 'an object of texts');
  if (signal !== undefined && typeof signal?.aborted !== 'boolean')
    throw odd('signal', signal, 'an AbortSignal');
}

function refuseNoPath({ checkpoint, resume }: CheckOptions): void {
  const given = [
    ...(checkpoint === undefined ? [] : [checkpoint?.path]),
    ...(resume === undefined ? [] : [resume]),
  ];
  for (const path of given) {
    if (typeof path === 'string' && path !== '') continue;
    throw new CheckError(
      'bad-checkpoint',
      `a checkpoint has a path, found ${JSON.stringify(path)}`,
    );
  }
}
