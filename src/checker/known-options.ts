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
  const { onProgress } = options;
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw new CheckError('impossible-bound', `onProgress is ${onProgress}; it is a function`);
  }
  const strange = Object.keys(options).find((name) => !(name in known));
  if (strange === undefined) return refuseNoPath(options);
  const names = Object.keys(known).join(', ');
  throw new CheckError('impossible-bound', `there is no option ${strange}; known: ${names}`);
}

function refuseNoPath({ checkpoint, resume }: CheckOptions): void {
  for (const path of [checkpoint === undefined ? '' : checkpoint?.path, resume ?? '']) {
    if (typeof path === 'string') continue;
    throw new CheckError(
      'bad-checkpoint',
      `a checkpoint has a path, found ${JSON.stringify(path)}`,
    );
  }
}
