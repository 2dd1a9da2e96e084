import { type File, importsOf, resolved, withoutComments, withoutStrings } from './repository.ts';

/** Each floor and what it may stand on; a floor may always use itself. */
const floors: Readonly<Record<string, readonly string[]>> = {
  spec: [],
  models: ['spec'],
  src: ['models', 'spec'],
  test: ['src', 'models', 'spec'],
};

/** What has no place in a pure function, and the name it goes by. */
const hands: readonly (readonly [RegExp, string])[] = [
  [/\bDate\b/, 'Date'],
  [/\bMath\.random\b/, 'Math.random'],
  // A variable may be called `async`: it is the mirror's name.
  [/\b(?:await|Promise)\b|\basync\s+(?:function\b|\w+\s*(?:=>|\()|\()/, 'async'],
  [/\b(?:process|performance|globalThis|crypto|fetch|console)\s*[.(]/, 'the outside world'],
  [/\b(?:setTimeout|setInterval|setImmediate|queueMicrotask)\b/, 'a timer'],
];

/** Imports against the arrows test -> src -> models -> spec, and hands in `models/`. */
export function wallsBroken(files: readonly File[]): string[] {
  return files.flatMap((file) => {
    const floor = file.path.split('/')[0]!;
    const below = floors[floor];
    if (below === undefined) return [];
    const imports = importsOf(file).flatMap((target) => importBroken(file, target, floor, below));
    return floor === 'models' ? [...imports, ...handsIn(file)] : imports;
  });
}

function importBroken(
  { path }: File,
  target: string,
  floor: string,
  below: readonly string[],
): string[] {
  if (!target.startsWith('.')) {
    const pure = floor === 'models' || floor === 'spec';
    const allowed = floor === 'models' && target === 'xstate';
    return pure && !allowed ? [`${path} imports ${target}`] : [];
  }
  const goal = resolved(path, target);
  const other = goal.split('/')[0]!;
  if (floor === 'models' && other === 'spec' && goal !== 'spec/rules.ts') {
    return [`${path} imports ${goal}`];
  }
  return other === floor || below.includes(other) ? [] : [`${path} imports ${goal}`];
}

function handsIn({ path, text }: File): string[] {
  const code = withoutStrings(withoutComments(text));
  return hands.flatMap(([pattern, name]) => (pattern.test(code) ? [`${path} uses ${name}`] : []));
}
