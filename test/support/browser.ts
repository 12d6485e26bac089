import { existsSync } from 'node:fs';
import axe from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';
import { chromiumProgram } from './tell-what-is-missing.mjs';

export const hasBrowser = existsSync(chromiumProgram);

/** Starts Debian's own Chromium without a window. Its sandbox needs rights that a container does not give. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumProgram, args: ['--no-sandbox'] });
}

/** Gives what axe finds wrong with the page as it stands, a line each. */
export async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run(),
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, any }) => `${id}: ${help}: ${html.slice(0, 200)} ${any[0]?.message ?? ''}`),
  );
}
