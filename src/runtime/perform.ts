import type { AnswerCode, Effect, Report, StopReason } from '../../models/effect.ts';
import type { Header } from '../../models/header.ts';
import type { Message, Run } from '../../models/message.ts';
import type { Block, Entry, Extent, Sequence, Session, SiteId } from '../../models/words.ts';

/** What a site can have done. Nothing here decides anything. */
export interface Hands {
  send(to: SiteId, session: Session, message: Message): void;
  store(entries: readonly Entry[], committed: Sequence, requests: readonly number[]): void;
  persist(header: Header): void;
  apply(entries: readonly Entry[], through: Sequence): void;
  flush(through: Sequence): void;
  retire(start: Sequence): void;
  exportSuffix(above: Sequence, through: Sequence, entries: readonly Entry[]): void;
  stage(blocks: readonly Block[]): void;
  flushStage(): void;
  applyStage(): void;
  dropStage(): void;
  compare(runs: readonly Run[]): void;
  take(blocks: readonly Block[]): void;
  overwrite(blocks: readonly Block[]): void;
  endSession(peer: SiteId, session: Session): void;
  answer(requests: readonly number[], code: AnswerCode): void;
  read(request: number, extent: Extent, overlay: readonly Entry[]): void;
  stop(reason: StopReason): void;
  report(event: Report): void;
}

/** The only place where what a site wants becomes something done. */
export function perform(effect: Effect, hands: Hands): void {
  switch (effect.type) {
    case 'send':
      hands.send(effect.to, effect.session, effect.message);
      break;
    case 'store':
      hands.store(effect.entries, effect.committed, effect.requests);
      break;
    case 'persist':
      hands.persist(effect.header);
      break;
    case 'apply':
      hands.apply(effect.entries, effect.through);
      break;
    case 'flush':
      hands.flush(effect.through);
      break;
    case 'retire':
      hands.retire(effect.start);
      break;
    case 'export':
      hands.exportSuffix(effect.above, effect.through, effect.entries);
      break;
    case 'stage':
      hands.stage(effect.blocks);
      break;
    case 'flushStage':
      hands.flushStage();
      break;
    case 'applyStage':
      hands.applyStage();
      break;
    case 'dropStage':
      hands.dropStage();
      break;
    case 'compare':
      hands.compare(effect.runs);
      break;
    case 'take':
      hands.take(effect.blocks);
      break;
    case 'overwrite':
      hands.overwrite(effect.blocks);
      break;
    case 'endSession':
      hands.endSession(effect.peer, effect.session);
      break;
    case 'answer':
      hands.answer(effect.requests, effect.code);
      break;
    case 'read':
      hands.read(effect.request, effect.extent, effect.overlay);
      break;
    case 'stop':
      hands.stop(effect.reason);
      break;
    case 'report':
      hands.report(effect.event);
      break;
    default:
      effect satisfies never;
  }
}
