import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { equivalents } from '../../models/hidden-mutants.ts';
import { mutants } from '../../models/mutants.ts';
import { HostError } from '../runtime/host-error.ts';
import {
  amount,
  counted,
  list,
  oneOf,
  open,
  orNull,
  type Shape,
  site,
  text,
  upTo,
} from '../trace/shape.ts';
import type { FaultKind } from './fault.ts';
import type { Scenario } from './scenario.ts';
import { faultKinds, files } from './universe.ts';

/** A scenario as it was left in a file. Rejects with a HostError that names the file and what is wrong in it. */
export async function readScenario(path: string): Promise<Scenario> {
  const content = await textIn(path);
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

/** A file without end is none either, nor a pipe: whoever might write into it would be waited for, after Ctrl-C too. */
async function textIn(path: string): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    if ((await stat(path)).isFIFO()) throw new Error('it is a pipe, expected a file');
    for await (const part of createReadStream(path) as AsyncIterable<Buffer>) {
      parts.push(part);
      bytes += part.length;
      if (bytes > bytesMost) throw new Error(`it is longer than ${bytesMost} bytes`);
    }
  } catch (cause) {
    const sentence = `${path} is no scenario: ${(cause as Error).message}`;
    throw new HostError('refused', sentence, { cause });
  }
  return Buffer.concat(parts).toString();
}

const bytesMost = 1 << 24;

/**
 * The simulation holds its disks in memory, and a run of more than that is none of a protocol but of this machine: what
 * is found wrong then is not found wrong with the sites.
 */
const few = upTo(1_000_000, amount);
const waits = upTo(1000, amount);
const blocks = upTo(65_536, counted);

const ofSite = { site };
const ofLink = { from: site, to: site };
const ofFile = { site, file: oneOf(...files) };

/** What a fault of each kind says besides when it is. */
const toldBy: Readonly<Record<FaultKind, Readonly<Record<string, Shape>>>> = {
  crash: { site, how: oneOf('power', 'process') },
  blank: ofSite,
  restore: ofSite,
  failFlush: ofSite,
  shortWrite: ofSite,
  fullDisk: ofSite,
  hangDisk: ofSite,
  rot: ofFile,
  misdirect: ofFile,
  slowDisk: { site, factor: few },
  cut: ofLink,
  part: ofLink,
  isolate: ofSite,
  reset: ofLink,
  slow: { factor: few },
  leap: { by: upTo(1e12, amount) },
  switchover: ofSite,
  suspend: ofSite,
  takeOver: ofSite,
  verify: ofSite,
  export: ofSite,
  resync: ofSite,
  admit: ofSite,
  consent: ofSite,
  discard: ofSite,
  force: ofSite,
};

const someFault = open({ kind: oneOf(...faultKinds), at: few, lasts: few });

const fault: Shape = (value, path) =>
  someFault(value, path) ?? open(toldBy[(value as { kind: FaultKind }).kind])(value, path);

const weakness = orNull(oneOf(...[...mutants, ...equivalents].map(({ name }) => name)));

const listOfBlocks = list(blocks);
const someVolumes: Shape = (value, path) => {
  const wrong = listOfBlocks(value, path);
  if (wrong !== null) return wrong;
  const sum = (value as readonly number[]).reduce((all, one) => all + one, 0);
  return blocks(sum, `${path}, all of them,`);
};

/** What an arrangement can be is refused by itself (option-limits.ts); here what a run needs besides. */
const scenarioShape = open(
  {
    seed: upTo(Number.MAX_SAFE_INTEGER, counted),
    storage: oneOf('memory', 'file'),
    volumes: someVolumes,
    blocksPerWriteMax: upTo(64, counted),
    sidefile: open({}, { capacity: blocks, limit: blocks }),
    policies: open({}),
    tuning: open({}, { weakness }),
    lanes: counted,
    diskMost: waits,
    nearMost: waits,
    farMost: waits,
    outstanding: upTo(1024, counted),
    length: upTo(100_000, counted),
    media: oneOf('sound', 'budget', 'unlimited'),
    faults: list(fault),
  } satisfies { readonly [Name in keyof Scenario]: Shape },
  { shows: text, notExpressed: list(text) },
);
