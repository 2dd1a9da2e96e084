import type { Region } from './outline.ts';
import { causeLabel, wrapped } from './wording.ts';

/** One region as a Mermaid state diagram; the sentence of each state is its note. */
export function renderMermaid({ initial, states, edges }: Region): string {
  const anywhere = edges.some(({ from }) => from === null);
  const lines = [
    'stateDiagram-v2',
    ...(anywhere ? ['  state "in any state" as anyState'] : []),
    `  [*] --> ${initial}`,
    ...edges.map(({ from, to, causes }) => {
      const label = [...new Set(causes.map(causeLabel))].map(plain).join('<br/>');
      return `  ${from ?? 'anyState'} --> ${to}: ${label}`;
    }),
    ...states.filter(({ final }) => final).map(({ name }) => `  ${name} --> [*]`),
    ...states
      .filter(({ description }) => description !== '')
      .map(({ name, description }) => {
        const note = wrapped(plain(description), 25).join('<br/>');
        return `  note right of ${name}: ${note}`;
      }),
  ];
  return `${lines.join('\n')}\n`;
}

/** Mermaid reads `:`, `;` and `#` as its own. */
function plain(text: string): string {
  return text
    .replace(/#/g, '#35;')
    .replace(/(?<!#35);/g, '#59;')
    .replace(/:/g, '#58;');
}
