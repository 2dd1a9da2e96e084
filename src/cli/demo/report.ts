import { demoBlockBytes } from './input.ts';
import type { DemoResult } from './play.ts';
import { megabytes } from './story.ts';

/** What is told at the end, line by line; also of a run in which some of it never came. */
export function linesOf(result: DemoResult): string[] {
  const { checks, since } = result;
  return [
    '',
    since === 'loss' ? 'seconds from the loss of the primary:' : 'seconds from the start:',
    ...result.story,
    '',
    ...lackingAndMoved(result),
    servedAndLevel(result),
    `writes acknowledged ${result.acknowledged}, of unknown fate and written again ${result.repeated}`,
    '',
    ...checks.map(({ holds, sentence }) => `${holds ? 'ok    ' : 'FAILED'} ${sentence}`),
  ];
}

function servedAndLevel({ servedAfter, convergedAfter }: DemoResult): string {
  const served =
    servedAfter === null
      ? 'hosts were not served again'
      : `hosts were served again after ${servedAfter} ms`;
  const level =
    convergedAfter === null
      ? 'the mirrors did not come to hold the same writes'
      : `both mirrors held the same writes after ${convergedAfter} ms`;
  return `${served}, ${level}`;
}

/** Who lacked what, and how that compares with what was moved. */
function lackingAndMoved({ lacks, moved, comparedAfter }: DemoResult): string[] {
  if (comparedAfter === null) return ['the mirrors did not compare their sidefiles'];
  const compared = `${comparedAfter} ms after the loss the mirrors compared their sidefiles`;
  const lines = lacks.map(({ site, of, writes, bytes, isOverwritten }) => {
    const what = isOverwritten
      ? `${writes} writes that site ${of} held, some of them overwritten in its sidefile: ${megabytes(bytes)} of changed blocks`
      : `${writes} writes that site ${of} held (${megabytes(bytes)})`;
    return `${compared}: site ${site} lacked ${what}`;
  });
  if (lines.length === 0) lines.push(`${compared}: neither lacked anything that the other held`);
  const lacking = lacks.reduce((sum, { bytes }) => sum + bytes, 0);
  const further = moved.furtherBlocks * demoBlockBytes;
  const bytes = moved.entryBytes + moved.blocks * demoBlockBytes - further;
  const parts = [
    moved.entries > 0 ? `${moved.entries} writes (${megabytes(moved.entryBytes)})` : '',
    moved.blocks > 0 ? `${moved.blocks} blocks (${megabytes(moved.blocks * demoBlockBytes)})` : '',
    further > 0 ? `${megabytes(further)} of them because hosts wrote there meanwhile` : '',
    moved.comparedBlocks > 0 ? `${moved.comparedBlocks} blocks compared by checksum` : '',
  ].filter((part) => part !== '');
  const share = lacking > 0 ? `: ${(bytes / lacking).toFixed(2)} x what was lacking` : '';
  return [...lines, `moved to make them level: ${parts.join(', ') || 'nothing'}${share}`];
}
