import { parentPort, workerData } from 'node:worker_threads';
import { answerTo, type CopyRequest } from './copy-at-once.ts';

/** The number of the last request that was begun: of what comes after it nothing was done. */
const begun = new BigInt64Array(workerData as SharedArrayBuffer);

parentPort?.on('message', (request: CopyRequest) => {
  Atomics.store(begun, 0, BigInt(request.number));
  const answer = answerTo(request);
  parentPort!.postMessage(answer, answer.copied ? [answer.copied.sums.buffer as ArrayBuffer] : []);
});
