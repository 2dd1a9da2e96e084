import { readFile } from 'node:fs/promises';
import { equivalents } from '../../models/hidden-mutants.ts';
import { mutants } from '../../models/mutants.ts';
import { HostError } from '../runtime/host-error.ts';
import {
  amount,
  anything,
  counted,
  list,
  oneOf,
  open,
  orNull,
  type Shape,
  site,
  text,
} from '../trace/shape.ts';
import type { Scenario } from './scenario.ts';
import { faultKinds } from './universe.ts';

/** A scenario as it was left in a file. Rejects with a HostError that names the file and what is wrong in it. */
export async function readScenario(path: string): Promise<Scenario> {
  const content = await readFile(path, 'utf8');
  let found: unknown;
  try {
    found = JSON.parse(content);
  } catch (cause) {
    throw new HostError('refused', `${path} is no scenario: it is no JSON`, { cause });
  }
  const wrong = scenarioShape(found, 'scenario');
  if (wrong !== null) throw new HostError('refused', `${path} is no scenario: ${wrong}`);
  return found as Scenario;
}

const fault = open(
  { kind: oneOf(...faultKinds), at: amount, lasts: amount },
  { site, from: site, to: site },
);

const weakness = orNull(oneOf(...[...mutants, ...equivalents].map(({ name }) => name)));

/** What an arrangement can be is refused by itself (option-limits.ts); here what a run needs besides. */
const scenarioShape = open(
  {
    seed: amount,
    storage: oneOf('memory', 'file'),
    volumes: anything,
    blocksPerWriteMax: counted,
    sidefile: open({}),
    policies: open({}),
    tuning: open({}, { weakness }),
    lanes: counted,
    diskMost: amount,
    nearMost: amount,
    farMost: amount,
    outstanding: counted,
    length: counted,
    media: oneOf('sound', 'budget', 'unlimited'),
    faults: list(fault),
  } satisfies { readonly [Name in keyof Scenario]: Shape },
  { shows: text, notExpressed: list(text) },
);
