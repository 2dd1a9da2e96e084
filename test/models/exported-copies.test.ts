import { describe, expect, it } from 'vitest';
import type { Effect } from '../../models/effect.ts';
import type { SiteEvent } from '../../models/event.ts';
import type { EpochRecord } from '../../models/history.ts';
import { summaryOf } from '../../models/rules/summary.ts';
import { boot, isStopped, type Site, step } from '../../models/step.ts';
import type { Entry, Sequence } from '../../models/words.ts';
import { configOf, freshNode, type Setup } from './attack/setup.ts';

/** A suffix that a record cuts must be kept; a copy that an operator asks for may be refused, and keeps nobody waiting (decision 50). */

const entry = (sequence: Sequence): Entry => ({
  epoch: 0,
  sequence,
  extent: { volume: 0, first: (sequence - 1) % 4, count: 1 },
  kind: 'data',
  checksum: sequence,
});

/** The async mirror took over, with all that this site holds or with a loss beyond 1. */
const record = (parent: Sequence, lossBeyond: Sequence | null): EpochRecord => ({
  epoch: 2,
  primary: 2,
  incarnations: [1, 1, 1],
  syncSet: [],
  parent: { epoch: 0, sequence: parent },
  how: 'majority',
  lossBeyond,
});
const takeover = record(3, null);
const loss = record(1, 1);

/** A mirror that holds 1..3, all applied, with a session to the async mirror. */
class Mirror {
  site: Site;
  readonly effects: Effect[] = [];

  constructor(weakness: string | null = null) {
    const sidefile = {
      mode: 'fixed',
      capacity: 4,
      limit: 4,
      basis: 'newest',
      headroom: 1,
    } as const;
    const setup: Setup = { blocks: 4, writes: [], slow: [], config: { sidefile, weakness } };
    const { header } = freshNode(setup, 1).disk;
    const found = { header, entries: [1, 2, 3].map(entry), committed: 3, damage: [] };
    this.site = boot(configOf(setup, 1), { ...found, header: { ...header, capacity: 4 } }).site;
    this.hears({ type: 'persisted' }, { type: 'applied', through: 3 });
    this.hears({ type: 'link.up', peer: 2, session: 5, incarnation: 1 });
    this.effects.length = 0;
  }

  hears(...events: SiteEvent[]): void {
    for (const event of events) {
      const { site, effects } = step(this.site, event);
      this.site = site;
      this.effects.push(...effects);
    }
  }

  isAskedFor(above: Sequence): void {
    this.hears({ type: 'operator', command: { name: 'export', above } });
  }

  adopts(newest: EpochRecord): void {
    const { context } = this.site;
    const history = [...context.header.history, newest];
    const summary = { ...summaryOf(context), site: 2, history, promised: 2 } as const;
    this.hears({ type: 'received', from: 2, session: 5, message: { type: 'record', summary } });
  }

  /** A fourth write fills the sidefile, and everything is settled: the oldest are to go. */
  isFilled(): void {
    const { context } = this.site;
    const site = { ...context, held: { contiguous: 4, ranges: [] }, durable: 4, committed: 4 };
    const header = { ...context.header, committed: 4, settled: 4 };
    const stable = { ...context.stable, committed: 4, settled: 4 };
    this.site = { ...this.site, context: { ...site, applied: 4, applying: 4, header, stable } };
    this.hears({ type: 'flushed', through: 4 });
  }

  /** What was asked of its disk since. */
  get asked(): string[] {
    return this.effects.map(({ type }) => type).filter((type) => type !== 'send');
  }

  get reports() {
    return this.effects.flatMap((effect) => (effect.type === 'report' ? [effect.event] : []));
  }

  /** Where its sidefile begins as its newest header says. */
  get start(): Sequence {
    return this.site.context.header.start;
  }
}

const refused: SiteEvent = { type: 'exportRefused', reason: 'no space is left' };

describe('a copy that an operator asked for', () => {
  it('keeps no header waiting', () => {
    const mirror = new Mirror();
    mirror.isAskedFor(0);
    mirror.adopts(takeover);
    expect(mirror.asked).toContain('persist');
    expect(mirror.asked.indexOf('export')).toBeLessThan(mirror.asked.indexOf('persist'));
  });

  it('is refused where it has no place, and nothing else happens to the site', () => {
    const [asked, without] = [new Mirror(), new Mirror()];
    asked.isAskedFor(1);
    asked.hears(refused);
    expect(asked.reports).toEqual([
      { kind: 'exportRefused', above: 1, through: 3, reason: 'no space is left' },
    ]);
    expect(asked.site).toEqual(without.site);
    for (const mirror of [asked, without]) mirror.adopts(takeover);
    expect(asked.site).toEqual(without.site);
  });

  it('loses nothing that is retired meanwhile: what it reads stays, what lies before it goes', () => {
    const starts = [null, 0, 1].map((above) => {
      const mirror = new Mirror();
      if (above !== null) mirror.isAskedFor(above);
      mirror.isFilled();
      const { start } = mirror;
      mirror.hears(above === null ? { type: 'flushed', through: 4 } : refused);
      return [start, mirror.start];
    });
    const [[free], ...held] = starts as [[number], number[], number[]];
    expect(free).toBeGreaterThan(1);
    expect(held).toEqual([
      [1, free],
      [2, free],
    ]);
  });

  it('has nothing of what a header under way lets go, as its places are used again', () => {
    const mirror = new Mirror();
    mirror.isFilled();
    const { start } = mirror;
    mirror.isAskedFor(0);
    const asked = mirror.effects.find(({ type }) => type === 'export');
    expect(asked).toMatchObject({ entries: [2, 3].filter((one) => one >= start).map(entry) });
  });
});

describe('RECOVERY-30: a suffix that a record cuts', () => {
  it('is durable before any header is', () => {
    const mirror = new Mirror();
    mirror.adopts(loss);
    expect(mirror.asked).toContain('export');
    expect(mirror.asked).not.toContain('persist');
    mirror.hears({ type: 'exported' });
    expect(mirror.asked).toContain('persist');
  });

  it('is waited for also behind a copy that is refused', () => {
    const mirror = new Mirror();
    mirror.isAskedFor(0);
    mirror.adopts(loss);
    mirror.hears(refused);
    expect(mirror.asked).not.toContain('persist');
    mirror.hears({ type: 'exported' });
    expect(mirror.asked).toContain('persist');
    expect(mirror.reports.map(({ kind }) => kind)).toContain('exported');
  });

  it('stops its site where it has no place: nothing is cut', () => {
    const mirror = new Mirror();
    mirror.adopts(loss);
    mirror.hears(refused, { type: 'persisted' }, { type: 'flushed', through: 3 });
    expect(isStopped(mirror.site)).toBe(true);
    expect(mirror.asked).not.toContain('persist');
  });

  it('without it (cut-what-has-no-place): it is cut and nowhere', () => {
    const mirror = new Mirror('cut-what-has-no-place');
    mirror.adopts(loss);
    mirror.hears(refused);
    expect(mirror.asked).toContain('persist');
  });

  it('without it (cut-beside-its-export): a header cuts it while it is on its way', () => {
    const mirror = new Mirror('cut-beside-its-export');
    mirror.adopts(loss);
    expect(mirror.asked).toContain('persist');
  });
});
