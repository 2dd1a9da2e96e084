import { afterEach, describe, it } from 'vitest';
import { contract } from './contract.ts';
import { faultyDiskSubject, memorySubject, realDiskSubject } from './subjects.ts';

describe.each([
  ['memory', memorySubject],
  ['file on a simulated disk', faultyDiskSubject],
] as const)('%s', (_name, subject) => {
  it.each(contract)('$title', ({ check }) => check(subject()));
});

describe('file on a real disk', () => {
  let subject: ReturnType<typeof realDiskSubject>;
  afterEach(() => subject.remove());
  it.each(contract)('$title', ({ check }) => {
    subject = realDiskSubject();
    return check(subject);
  });
});
