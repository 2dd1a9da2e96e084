import type { AssumptionData } from '../../spec/assumptions.ts';
import type { ChangeData } from '../../spec/changes.ts';
import type { GuaranteeData } from '../../spec/guarantees.ts';
import { rulesOfGuarantee, type Specification, specification } from './specification.ts';

/** What the book says under an id that is not a rule's. Plain data: what `--json` prints. */
export type Passage =
  | {
      readonly kind: 'guarantee';
      readonly guarantee: GuaranteeData;
      /** Ids of the rules it rests on. */
      readonly rules: readonly string[];
    }
  | { readonly kind: 'assumption'; readonly assumption: AssumptionData }
  | { readonly kind: 'change'; readonly change: ChangeData };

/** The guarantee (S1), assumption or change (C-10) of this id, case does not matter; null: there is none. */
export function passageOf(typed: string, spec: Specification = specification): Passage | null {
  const wanted = typed.trim().toUpperCase();
  const guarantee = spec.guarantees.find(({ id }) => id === wanted);
  if (guarantee !== undefined) {
    const rules = rulesOfGuarantee(spec, wanted).map(({ id }) => id);
    return { kind: 'guarantee', guarantee, rules };
  }
  const assumption = spec.assumptions.find(({ id }) => id === wanted);
  if (assumption !== undefined) return { kind: 'assumption', assumption };
  const change = spec.changes.find(({ mark }) => mark === wanted);
  return change === undefined ? null : { kind: 'change', change };
}

/** A passage for a terminal. */
export function passageText(passage: Passage): string {
  switch (passage.kind) {
    case 'guarantee': {
      const { id, title, statement, reason } = passage.guarantee;
      return sections(`${id}  ${title}`, statement, [
        ['Why it follows', reason],
        ['Rests on', passage.rules.join(', ')],
      ]);
    }
    case 'assumption': {
      const { id, title, statement, test } = passage.assumption;
      return sections(`${id}  ${title}`, statement, [['For a test', test]]);
    }
    case 'change': {
      const { mark, rule, before, after, run } = passage.change;
      return sections(`${mark}  a wording of ${rule} that a run has broken`, after, [
        ['Before', before],
        ['Run', run],
      ]);
    }
  }
}

const sections = (
  head: string,
  statement: string,
  more: readonly (readonly [string, string])[],
): string =>
  [head, '', `  ${statement}`, ...more.flatMap(([title, text]) => ['', title, `  ${text}`])].join(
    '\n',
  );
