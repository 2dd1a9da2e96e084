import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { packageRoot } from '../package-root.ts';
import type { Terminal } from './terminal.ts';

export function explainCommand(terminal: Terminal): Command {
  return new Command('explain')
    .description(
      'one rule: its intent, what names it, and what goes wrong without it, step by step',
    )
    .argument(
      '<rule>',
      'its id, such as EPOCH-30; or that of a guarantee (S1), assumption (A-10), change (C-10)',
    )
    .option('--json', 'one JSON document')
    .action(async (rule: string, { json }: { json?: true }) => {
      const { passageOf, passageText } = await import('../spec-book/passage.ts');
      const passage = passageOf(rule);
      if (passage !== null) {
        terminal.print(json ? JSON.stringify(passage, null, 2) : passageText(passage));
        return;
      }
      const { explain, explanationText } = await import('../spec-book/explain.ts');
      const { keptMutants } = await import('../gallery/kept.ts');
      const { readSources } = await import('../spec-book/source-files.ts');
      // An installed package has no sources to look through.
      const checkout = existsSync(join(packageRoot, 'models'));
      const explanation = explain(rule, {
        sources: checkout ? readSources(packageRoot) : [],
        mutants: keptMutants(packageRoot),
      });
      terminal.print(
        json ? JSON.stringify(explanation, null, 2) : explanationText(explanation).trimEnd(),
      );
    });
}
