import { join } from 'node:path';
import { instances } from '../../models/instances.ts';
import { makeFolder } from '../backend/make-folder.ts';
import { renderItf, renderMermaid, renderText, type Verdict } from '../checker/api.ts';
import { sequenceOf } from '../diagrams/counterexample.ts';
import { renderSequence } from '../diagrams/sequence.ts';
import { scenarioFrom } from '../simulator/from-counterexample.ts';
import { writeWhole } from '../write-whole.ts';
import type { Terminal } from './terminal.ts';

/** What was found is told also where it cannot be kept. */
export async function keepCounterexample(
  verdict: Verdict,
  folder: string,
  weakness: string | null,
  json: true | undefined,
  terminal: Terminal,
): Promise<void> {
  try {
    await saveCounterexample(verdict, folder, weakness);
  } catch (cause) {
    const { name } = verdict;
    const sentence = `the counterexample of ${name} is not kept: ${(cause as Error).message}`;
    terminal.complain(json ? JSON.stringify({ type: 'not-kept', name, sentence }) : sentence);
  }
}

/** In every form there is, beside each other. */
async function saveCounterexample(
  verdict: Verdict,
  folder: string,
  weakness: string | null,
): Promise<void> {
  const { counterexample, name } = verdict;
  if (counterexample === null) return;
  await makeFolder(folder);
  const save = (ending: string, text: string) =>
    writeWhole(join(folder, `${name}.${ending}`), text);
  await save('txt', `${renderText(verdict)}\n`);
  await save('mmd', renderMermaid(counterexample));
  await save('svg', renderSequence(sequenceOf(counterexample)));
  await save('itf.json', renderItf(counterexample));
  const bounds = instances.find((instance) => instance.name === name)!;
  const scenario = scenarioFrom(counterexample, bounds, weakness);
  await save('scenario.json', `${JSON.stringify(scenario, null, 2)}\n`);
}
