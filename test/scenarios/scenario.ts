import { expect, test } from 'vitest';
import type { Actor } from './actor.ts';
import './matchers.ts';
import type { Operator } from './operator.ts';
import { type BackendName, type Setting, Stage } from './stage.ts';
import type { StageHost } from './stage-host.ts';

/** Who is on stage. The sites are named by the roles they begin with. */
export interface Cast {
  readonly stage: Stage;
  readonly host: StageHost;
  readonly operator: Operator;
  readonly primary: Actor;
  readonly sync: Actor;
  readonly async: Actor;
  readonly link: Stage['link'];
  readonly settle: () => Promise<void>;
}

export type Play = (cast: Cast) => Promise<void>;

export const backends: readonly BackendName[] = ['memory', 'file'];

/** A short play: the title is the claim. Given on every backend; at its end no promise is broken. */
export function scenario(title: string, play: Play): void;
export function scenario(title: string, setting: Setting, play: Play): void;
export function scenario(title: string, ...rest: [Play] | [Setting, Play]): void {
  const [setting, play] = rest.length === 1 ? [{}, rest[0]] : rest;
  for (const backend of backends) {
    test(`${title} (${backend})`, async () => {
      const stage = new Stage(backend, setting);
      await stage.opens();
      await play(castOf(stage));
      await stage.audit();
      expect(stage.broken).toEqual([]);
    });
  }
}

export function castOf(stage: Stage): Cast {
  const [primary, sync, async] = stage.sites;
  const { host, operator } = stage;
  return {
    stage,
    host,
    operator,
    primary,
    sync,
    async,
    link: (one, other) => stage.link(one, other),
    settle: () => stage.settle(),
  };
}
