import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderSite, writeSite } from '../../src/docs-site/build.ts';
import { repositoryAt } from '../../src/docs-site/repository.ts';
import { packageRoot } from '../../src/package-root.ts';

const browsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = browsers.find(existsSync);
const folder = mkdtempSync(join(tmpdir(), 'sidefile-site-'));
const site = renderSite(repositoryAt(packageRoot));
const pages = [...site.keys()].filter((place) => place.endsWith('.html'));

const everyDiagramIsDrawn =
  "[...document.querySelectorAll('.mermaid')].every((one) => one.querySelector('svg'))";

const whatIsNotVisible = `[
  ...[...document.images].filter((one) => one.naturalWidth === 0).map((one) => one.src),
  ...[...document.querySelectorAll('.mermaid svg')]
    .filter((one) => one.getBoundingClientRect().height < 20 || one.textContent.includes('Syntax error'))
    .map((one) => one.textContent),
]`;

/** A page that is waited for until the test's own limit: a machine may be slow. */
async function newPage(browser: Browser): Promise<Page> {
  const page = await browser.newPage();
  page.setDefaultTimeout(0);
  return page;
}

/** What a person would see go wrong on a page; of a diagram that is never drawn there is no end. */
async function faultsOf(browser: Browser, place: string): Promise<string[]> {
  const page = await newPage(browser);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`${place}: ${error.message}`));
  page.on('console', (line) => {
    if (line.type() === 'error') faults.push(`${place}: ${line.text()}`);
  });
  page.on('request', (request) => {
    if (!/^(file|data):/.test(request.url())) faults.push(`${place} asks for ${request.url()}`);
  });
  await page.goto(pathToFileURL(join(folder, place)).href, { waitUntil: 'load' });
  await page.waitForFunction(everyDiagramIsDrawn);
  const unseen = await page.evaluate<string[]>(whatIsNotVisible);
  faults.push(...unseen.map((one) => `${place}: not visible: ${one}`));
  await page.close();
  return faults;
}

/** Needs Debian's package `chromium`; where there is none, only the site's text is tested. */
describe.skipIf(executablePath === undefined)(
  'the site in a browser (skipped without chromium)',
  () => {
    let browser: Browser;
    beforeAll(async () => {
      writeSite(site, folder);
      browser = await chromium.launch({
        executablePath: executablePath!,
        args: ['--no-sandbox'],
        timeout: 0,
      });
    });
    afterAll(async () => {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    });

    it.each(pages)(
      '%s loads without errors, its diagrams and pictures are visible, nothing is fetched',
      async (place) => {
        expect(await faultsOf(browser, place)).toEqual([]);
      },
    );

    it('a rule has its anchor, and a picture of a chart is on its page', async () => {
      const page = await newPage(browser);
      await page.goto(`${pathToFileURL(join(folder, 'spec/protocol.html')).href}#epoch-30`);
      expect(await page.locator('#epoch-30').isVisible()).toBe(true);
      await page.goto(pathToFileURL(join(folder, 'docs/diagrams/primary.html')).href);
      await page.waitForFunction(everyDiagramIsDrawn);
      expect(await page.locator('img').first().isVisible()).toBe(true);
      expect(await page.locator('.mermaid svg').first().isVisible()).toBe(true);
      await page.close();
    });

    it('a narrow screen shows the page first, and the list of all pages below it', async () => {
      const page = await newPage(browser);
      await page.setViewportSize({ width: 360, height: 740 });
      await page.goto(pathToFileURL(join(folder, 'docs/tour.html')).href);
      const title = (await page.locator('h1').boundingBox())!;
      const list = (await page.locator('#pages').boundingBox())!;
      expect(title.y).toBeLessThan(200);
      expect(list.y).toBeGreaterThan(title.y);
      expect(await page.getByText('all pages').isVisible()).toBe(true);
      await page.close();
    });
  },
);
