import { instances } from '../../models/instances.ts';
import type { Mutant } from '../../models/mutants.ts';
import { propertiesOf } from '../../models/properties.ts';
import { worldOf } from '../../models/world.ts';
import { type Counterexample, checkModel } from '../checker/api.ts';
import { shortText } from '../diagrams/counterexample.ts';

/** What the checker found when a rule was taken away, as it is kept between runs. */
export interface Shown {
  readonly mutant: string;
  readonly instance: string;
  /** The statement that was violated, or never came true. */
  readonly rule: string;
  readonly claim: string;
  readonly states: number;
  /** Length of the shortest run that shows it; null: what shows it is that something never happens. */
  readonly steps: number | null;
  /** A Mermaid sequence diagram, line by line. */
  readonly diagram: readonly string[];
}

/** Breaks the rule in the worlds that are named for it. Null: none of them notices. */
export async function shownBy(mutant: Mutant): Promise<Shown | null> {
  for (const name of mutant.instances) {
    const bounds = instances.find((instance) => instance.name === name)!;
    const config = { ...bounds.config, weakness: mutant.name };
    const expected = propertiesOf(bounds).filter(({ rule }) => mutant.breaks.includes(rule));
    const verdict = await checkModel(worldOf({ ...bounds, config }, expected));
    const { counterexample, states } = verdict;
    if (counterexample !== null) {
      const { claim, rule, steps } = counterexample;
      const diagram = diagramOf(counterexample);
      return {
        mutant: mutant.name,
        instance: name,
        rule,
        claim,
        states,
        steps: steps.length - 1,
        diagram,
      };
    }
    const missed = verdict.properties.find(({ outcome }) => outcome === 'never reached');
    if (missed === undefined) continue;
    const claim = `It never happens that ${missed.sentence}.`;
    return {
      mutant: mutant.name,
      instance: name,
      rule: missed.rule,
      claim,
      states,
      steps: null,
      diagram: [],
    };
  }
  return null;
}

const participants = ['host', 'P', 'S', 'A'] as const;

/** What arrives, what is lost, and what hosts are told; what a site does alone is in the step's name. */
function diagramOf({ claim, loopFrom, noReturnFrom, steps }: Counterexample): string[] {
  const lines = ['sequenceDiagram', ...participants.map((name) => `  participant ${name}`)];
  const note = (text: string) => lines.push(`  Note over host,A: ${plain(text)}`);
  for (const { action, fault, happened, number } of steps.slice(1)) {
    if (loopFrom !== null && number === loopFrom + 1) note('from here it repeats');
    note(`${number}. ${action}${fault ? ' (fault)' : ''}`);
    for (const { event, from, kind, to } of happened) {
      const known = [from, to].every((name) => (participants as readonly string[]).includes(name));
      if (!known || from === to || kind === 'is sent' || kind === 'happens') continue;
      const arrow = kind === 'arrives' || kind === 'is told' ? '->>' : '-x';
      lines.push(`  ${from}${arrow}${to}: ${plain(shortText(event))}`);
    }
    if (noReturnFrom === number) note('the point of no return');
  }
  note(claim);
  return lines;
}

/** Mermaid reads `;` and `#` as its own. */
const plain = (text: string): string =>
  text.replace(/#/g, '#35;').replace(/;/g, ',').replace(/\s+/g, ' ').trim();
