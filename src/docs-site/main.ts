import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../package-root.ts';
import { renderSite, writeSite } from './build.ts';
import { repositoryAt } from './repository.ts';

// npm run docs [-- FOLDER]: the documentation as a static site, by default in docs/site.
const [folder = join(packageRoot, 'docs/site'), ...more] = process.argv.slice(2);
if (more.length > 0 || folder.startsWith('-')) {
  console.error(`Found ${[folder, ...more].join(' ')}, expected one folder or nothing.`);
  process.exitCode = 2;
} else {
  const site = renderSite(repositoryAt(packageRoot));
  if (process.argv[2] === undefined) rmSync(folder, { recursive: true, force: true });
  writeSite(site, folder);
  console.log(`${site.size} files: open ${join(folder, 'index.html')}`);
}
