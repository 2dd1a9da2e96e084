import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Composition, Model } from '../../models/model.ts';
import { CheckError, guarded } from './check-error.ts';
import { ComposedSpace } from './composed-space.ts';
import { type Facts, nobodyElse } from './facts.ts';
import { refuseMisspelt } from './misspelt.ts';
import { refuseOtherThanModel } from './model-shape.ts';
import { PlainSpace } from './plain-space.ts';
import type { Space } from './space.ts';
import { SymmetricSpace } from './symmetric-space.ts';
import { textOf } from './text-of.ts';
import type { IdSource } from './vocabulary.ts';

export type Subject = Model<unknown> | Composition;

/** Where each thread can get the subject for itself: functions cannot be sent to another thread. */
export interface Source {
  /** A path or a file URL. */
  readonly module: string;
  /** The name of an exported subject, or of a function that returns one. */
  readonly export: string;
  readonly arguments?: readonly unknown[];
}

export function isSource(subject: Subject | Source): subject is Source {
  if (typeof subject !== 'object' || subject === null) return false;
  return 'module' in subject && !('properties' in subject);
}

/** Errors: `cannot-load-model`. */
export async function loadSubject(source: Source): Promise<Subject> {
  refuseMisspelt('cannot-load-model', 'source', source, 'the source');
  refuseOtherThanTexts(source);
  const { module, export: name } = source;
  const found = await imported(module);
  const exported = found[name];
  if (exported === undefined) {
    throw new CheckError('cannot-load-model', `${module} exports nothing named ${name}`);
  }
  const subject =
    typeof exported !== 'function'
      ? exported
      : guarded('model-threw', `${name} of ${module}`, () => exported(...(source.arguments ?? [])));
  refuseOtherThanModel(subject);
  return subject as Subject;
}

function refuseOtherThanTexts({ module, export: name, arguments: given = [] }: Source): void {
  const parts = [
    ['module', module, typeof module === 'string', 'a text'],
    ['export', name, typeof name === 'string', 'a text'],
    ['arguments', given, Array.isArray(given), 'a list'],
  ] as const;
  for (const [part, found, isSo, wanted] of parts) {
    if (isSo) continue;
    const sentence = `the ${part} of a source is ${textOf(found)}; it must be ${wanted}`;
    throw new CheckError('cannot-load-model', sentence);
  }
}

/** What each thread is told is a copy. Errors: `cannot-share`. */
export function refuseUnsendable({ arguments: given = [] }: Source): void {
  try {
    structuredClone(given);
  } catch (cause) {
    const sentence = `the arguments of a source go to other threads, and ${(cause as Error).message}`;
    throw new CheckError('cannot-share', sentence, cause);
  }
}

/** `reduced`: one world stands for all that are symmetric to it. Errors: `not-symmetric`. */
export function spaceOf(
  subject: Subject,
  source: IdSource | null = null,
  reduced = false,
  facts: Facts = nobodyElse,
): Space {
  const isComposed = 'components' in subject;
  const space = isComposed
    ? new ComposedSpace(subject, source, facts)
    : new PlainSpace(subject, source);
  if (!reduced) return space;
  const declared = isComposed ? subject.symmetry : subject.images;
  if (declared === undefined || (Array.isArray(declared) && declared.length === 0)) {
    throw new CheckError('not-symmetric', `${subject.name} declares no symmetry to reduce by`);
  }
  const step = subject.properties.find(({ kind }) => kind === 'transition');
  if (step !== undefined) {
    throw new CheckError(
      'not-symmetric',
      `${step.rule} asks about steps, and a reduction takes another state for the one they lead to; check it without`,
    );
  }
  const lasting = subject.properties.find(
    (property) => property.kind === 'eventually' && property.fairness !== 'reachable',
  );
  if (lasting !== undefined) {
    throw new CheckError(
      'not-symmetric',
      `${lasting.rule} asks for fairness among moves, whose names a reduction confuses; check it without`,
    );
  }
  return new SymmetricSpace(space, subject.properties);
}

async function imported(module: string): Promise<Record<string, unknown>> {
  const url = module.startsWith('file:')
    ? module
    : pathToFileURL(isAbsolute(module) ? module : resolve(module)).href;
  try {
    return (await import(/* @vite-ignore */ url)) as Record<string, unknown>;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CheckError('cannot-load-model', `${module} cannot be loaded: ${reason}`, cause);
  }
}
