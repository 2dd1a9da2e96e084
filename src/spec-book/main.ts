import { generate } from './generate.ts';
import { SpecError } from './spec-error.ts';

// npx tsx src/spec-book/main.ts [--check] [--strict]
try {
  process.exitCode = generate(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof SpecError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
