import { parentPort } from 'node:worker_threads';
import { checkModel, type Progress } from '../checker/api.ts';
import { failureOf } from '../checker/failure.ts';
import { stop, type WorldAsked, type WorldTold } from './world-lanes.ts';

// One lane of `sidefile check --workers`: a world in, its verdict out.
const tell = (told: WorldTold) => parentPort!.postMessage(told);
let interrupted = new AbortController();

parentPort!.on('message', async (asked: WorldAsked | typeof stop) => {
  if (asked === stop) return interrupted.abort();
  interrupted = new AbortController();
  const { signal } = interrupted;
  try {
    const onProgress = (progress: Progress) => tell({ progress });
    const verdict = await checkModel(asked.source, { ...asked.options, signal, onProgress });
    tell({ verdict });
  } catch (error) {
    tell({ failure: failureOf(error) });
  }
});
