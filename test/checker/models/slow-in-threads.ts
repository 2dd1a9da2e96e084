import { isMainThread } from 'node:worker_threads';
import { twoPhaseCommit } from './two-phase-commit.ts';

// Other threads than the first wait for what never comes before they have it.
if (!isMainThread) await new Promise(() => setInterval(() => {}, 1000));

export { twoPhaseCommit };
