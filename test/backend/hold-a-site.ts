import { openSite } from '../../src/backend/file.ts';

/** A process that opens the site named on its command line, says so, and waits to be killed. */
const { entries } = await openSite(process.argv[2]!);
console.log(entries.length);
setInterval(() => {}, 1000);
