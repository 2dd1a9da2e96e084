import { explain } from '../../models/abstract/explain.ts';
import type { AbstractState } from '../../models/abstract/state.ts';
import type { AbstractStep } from '../../models/abstract/steps.ts';
import { nodeName } from '../../models/node.ts';
import { othersOf, type SiteId } from '../../models/words.ts';

/**
 * What must happen to machines from outside, so that they do a step of the text: waits that end, links
 * that break and heal, power, operators, hosts. All the rest they do by themselves, when disks and frames let them.
 */
export function stimuliOf(before: AbstractState, after: AbstractState): RegExp | null {
  const explanation = explain(before, after);
  if (explanation.kind === 'unexplained') return null;
  const wanted = explanation.steps.flatMap((step) => stimuli(before, step));
  return wanted.length === 0 ? null : new RegExp(wanted.join('|'));
}

function stimuli(state: AbstractState, step: AbstractStep): readonly string[] {
  const { site } = step;
  const name = nodeName(site);
  switch (step.name) {
    case 'hostWrite':
      return ['^host writes'];
    case 'crash':
      return [`^${name} crashes`];
    case 'returnEmpty':
      return [`^${name} is replaced`];
    case 'restart':
      return [`^${name}: restart`];
    case 'force':
      return [`^operator at ${name}: (force|admit)`];
    case 'stand':
      return standing(state, site);
    case 'decide':
      return step.others.flatMap((other) => healing(site, other));
    case 'forget':
      return [
        `^${name} (election|patience|retry) time-out`,
        `^${name} hears that`,
        `breaks at ${name}`,
      ];
    case 'learn':
    case 'save':
    case 'apply':
    case 'retire':
      return [`^${name} idle time-out`, ...healingAll(site)];
    default:
      return [...healingAll(site), `^${name} (retry|patience) time-out`];
  }
}

/**
 * A mirror stands when an operator says so and one other site does not hear the primary; a primary
 * when a member of its sync set is away, or an operator names another.
 */
function standing({ sites }: AbstractState, site: SiteId): readonly string[] {
  const name = nodeName(site);
  const others = othersOf(site);
  if (sites[site].appointed) {
    const breaks = others.map((other) => `^link ${linkOf(site, other)} breaks at ${name}`);
    return [...breaks, `^${name} patience time-out`, `^operator at ${name}: switchover`];
  }
  const deaf = others.flatMap((primary) => {
    const other = others.find((one) => one !== primary)!;
    if (!sites[primary].up || !sites[primary].appointed) return [];
    return [
      `^link ${linkOf(primary, other)} breaks at ${nodeName(other)}`,
      ...healing(site, other),
    ];
  });
  return [...deaf, `^operator at ${name}: takeOver`, ...(deaf.length > 0 ? [] : healingAll(site))];
}

const healingAll = (site: SiteId): readonly string[] =>
  othersOf(site).flatMap((other) => healing(site, other));

/** Both ends must have heard that it is down. */
const healing = (one: SiteId, other: SiteId): readonly string[] => [
  `^link ${linkOf(one, other)} heals`,
  `hears that link ${linkOf(one, other)} is down`,
];

const linkOf = (one: SiteId, other: SiteId): string =>
  nodeName(Math.min(one, other) as SiteId) + nodeName(Math.max(one, other) as SiteId);
