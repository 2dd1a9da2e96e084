import { isPrefix } from '../header.ts';
import type { Message } from '../message.ts';
import { change, changeHeader, emit, epochOf, type SiteContext, type Turn, weak } from '../site.ts';
import type { Block, SiteId } from '../words.ts';
import { send } from './epoch.ts';

/**
 * An update in place, for want of room beside the volumes: before the first block is overwritten the
 * site is durably marked inconsistent, up to the position that may have been shipped; so it stays
 * until a source completes it, and nobody takes its volumes for a prefix meanwhile.
 */

type Of<Type extends Message['type']> = {
  readonly from: SiteId;
  readonly message: Extract<Message, { type: Type }>;
};

/** Something that lies on no history: whoever goes on compares all blocks. */
const nowhere = Number.MAX_SAFE_INTEGER;

/**
 * These blocks found no room in the stage: what is in it, and all that follows, goes in place. Not before the source
 * was asked once, while the volumes are a prefix: it may have the writes themselves.
 */
export function yieldStage(turn: Turn, event: { blocks: readonly Block[] }): void {
  const { staging, header } = turn.site;
  if (staging?.step === 'waiting') return; // of the update before
  if (isPrefix(header) && !staging!.full && !weak(turn.site, 'in-place-unasked')) {
    change(turn, { staging: { ...staging!, full: true } });
    return askForAgain(turn, event.blocks);
  }
  change(turn, { staging: { ...turn.site.staging!, step: 'yielding', pending: event.blocks } });
  markInconsistent(turn);
}

/** Blocks of two branches may be mixed by a comparison that is not completed. */
function markInconsistent(turn: Turn): void {
  const { site } = turn;
  const { from, compare, shipped } = site.staging!;
  const { consistency } = site.header;
  const before = consistency.kind === 'inconsistent' ? consistency.shippedTo : 0;
  const forgets = weak(site, 'in-place-forgets-shipped');
  const shippedTo = forgets ? 0 : compare ? nowhere : Math.max(before, shipped);
  changeHeader(turn, {
    consistency: { kind: 'inconsistent', epoch: epochOf(site), from, shippedTo },
  });
}

/** Does the durable mark cover all that may be overwritten now? One of an older epoch may be of another branch. */
function isMarked(site: SiteContext): boolean {
  const { stable, staging, config } = site;
  if (config.weakness === 'in-place-before-mark') return true;
  if (config.weakness === 'in-place-forgets-shipped') {
    return stable.consistency.kind === 'inconsistent';
  }
  const { consistency } = stable;
  if (consistency.kind !== 'inconsistent' || consistency.epoch !== epochOf(site)) return false;
  return consistency.shippedTo >= staging!.shipped;
}

export const isYielded = (site: SiteContext): boolean =>
  site.staging?.step === 'yielding' && isMarked(site);

export function giveStage(turn: Turn): void {
  change(turn, { staging: { ...turn.site.staging!, step: 'giving' } });
  emit(turn, { type: 'applyStage' });
}

export const isGiving = (site: SiteContext): boolean => site.staging?.step === 'giving';

/** What was staged is in the volumes; what found no room is asked for again. */
export function refuseStage(turn: Turn): void {
  const staging = turn.site.staging!;
  change(turn, { staging: { ...staging, step: 'open', inPlace: true, pending: [] } });
  emit(turn, { type: 'dropStage' });
  askForAgain(turn, staging.pending);
}

function askForAgain(turn: Turn, blocks: readonly Block[]): void {
  const { from } = turn.site.staging!;
  send(turn, from, { type: 'stageRefused', epoch: epochOf(turn.site), blocks });
}

/** Into the stage; in place, into hand until the mark says how far these blocks reach. */
export function takeBlocks(turn: Turn, event: Of<'blocks'>): void {
  const { blocks, through } = event.message;
  const staging = turn.site.staging!;
  const shipped = Math.max(staging.shipped, through);
  if (!staging.inPlace) {
    change(turn, { staging: { ...staging, shipped } });
    emit(turn, { type: 'stage', blocks });
    return;
  }
  change(turn, { staging: { ...staging, shipped, step: 'taking', pending: blocks } });
  emit(turn, { type: 'take', blocks });
  if (!isMarked(turn.site)) markInconsistent(turn);
}

export const isTaken = (site: SiteContext): boolean =>
  site.staging?.step === 'taking' && isMarked(site);

export function overwriteTaken(turn: Turn): void {
  const staging = turn.site.staging!;
  change(turn, { staging: { ...staging, step: 'open', pending: [] } });
  emit(turn, { type: 'overwrite', blocks: staging.pending });
}

export const isInPlace = (site: SiteContext): boolean =>
  site.staging?.step === 'open' && site.staging.inPlace;

/** Consistent at the new position, in one durable step. */
export const isMarkedInPlace = (site: SiteContext): boolean =>
  site.staging?.step === 'marking' &&
  site.staging.inPlace &&
  site.stable.consistency.kind === 'consistent';

export function noteClosing(turn: Turn): void {
  change(turn, { staging: { ...turn.site.staging!, step: 'closing' } });
}

/** A start found a mark whose stage was to be copied; that is done. */
export const isRedone = (site: SiteContext): boolean => site.header.consistency.kind === 'staged';
