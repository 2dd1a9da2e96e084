import type { Wait } from '../../models/diagnosis.ts';
import type { Discard, ResyncPreview } from '../../models/direction.ts';
import type { Command } from '../../models/event.ts';
import type { Suffix } from '../../src/backend/suffix.ts';
import type { Actor } from './actor.ts';
import type { Stage } from './stage.ts';

/** The person who decides what no machine may. */
export class Operator {
  private readonly stage: Stage;

  constructor(stage: Stage) {
    this.stage = stage;
  }

  /** Agrees to what a takeover by this site loses. */
  consents(to: Actor): void {
    this.tell(to, { name: 'consent', primary: to.id });
  }

  /** Gives up what this site alone has written. */
  discardsBranchOf(site: Actor): void {
    this.tell(site, { name: 'discard', branch: site.id });
  }

  forces(site: Actor): void {
    this.tell(site, { name: 'force' });
  }

  /** Gives a mirror that the primary filled its vote, as nobody else can. */
  admits(site: Actor): void {
    const primary = this.stage.sites.find(({ isServing }) => isServing);
    if (!primary) throw new Error('nobody serves');
    this.tell(primary, { name: 'admit', site: site.id });
  }

  /** What a resync this way would give up. */
  looksAt(source: Actor, target: Actor): ResyncPreview {
    return this.stage.arrangement.previewResync(source.id, target.id);
  }

  /** Wants the target to become as the source is, and agrees to this and no more. */
  resyncs(source: Actor, target: Actor, agreed: readonly Discard[] = []): ResyncPreview {
    return this.stage.arrangement.resync(source.id, target.id, agreed);
  }

  /** Has this mirror initiate a takeover. */
  urges(site: Actor): void {
    this.tell(site, { name: 'takeOver' });
  }

  switchesOverTo(site: Actor): void {
    const primary = this.stage.sites.find(({ isServing }) => isServing);
    if (!primary) throw new Error('nobody serves');
    this.tell(primary, { name: 'switchover', to: site.id });
  }

  /** Keeps what this site alone has written, before it is given up. */
  exportsSuffixOf(site: Actor): Promise<Suffix> {
    return this.stage.finish(this.stage.arrangement.exportSuffix(site.id));
  }

  suffixesOf(site: Actor): Promise<readonly Suffix[]> {
    return this.stage.finish(this.stage.arrangement.suffixes(site.id));
  }

  /** Has the primary compare all blocks with this mirror. */
  verifies(mirror: Actor): void {
    const primary = this.stage.sites.find(({ isServing }) => isServing);
    if (!primary) throw new Error('nobody serves');
    this.tell(primary, { name: 'verify', peer: mirror.id });
  }

  /** What the status says is missing, of all sites together. */
  get waits(): readonly Wait[] {
    return this.stage.arrangement.status().waits;
  }

  /** Does what the status says helps; of several words the one given to this site. */
  follows({ helps }: Wait, actor: Actor | null = null): void {
    const help = helps.find(({ at }) => actor === null || at === actor.id);
    if (!help) throw new Error('the status knows no command that helps');
    this.stage.arrangement.operate(help.at, help.command);
  }

  /** Nothing goes to this mirror in order until he says otherwise. */
  suspends(mirror: Actor): void {
    this.tell(this.primary, { name: 'suspend', peer: mirror.id });
  }

  resumes(mirror: Actor): void {
    this.tell(this.primary, { name: 'resume', peer: mirror.id });
  }

  private get primary(): Actor {
    const primary = this.stage.sites.find(({ isServing }) => isServing);
    if (!primary) throw new Error('nobody serves');
    return primary;
  }

  private tell(site: Actor, command: Command): void {
    this.stage.arrangement.operate(site.id, command);
  }
}
