/** Debian's chromium, driven by playwright: what a person would see of a page. */
import { chromium, type Browser, type Response } from 'playwright-core';

const EXECUTABLE = '/usr/bin/chromium';
const SHOWN_WITHIN_MS = 20_000;

export interface Visit {
  /** The status of the page itself. */
  readonly status: number;
  /** The text was seen. */
  readonly shown: boolean;
  /** Paths of what the page loaded from its own server, and got. */
  readonly loaded: readonly string[];
  /** `404 /assets/x.js` for what it did not get, and scripts' errors. */
  readonly failures: readonly string[];
}

export async function openBrowser(): Promise<Browser> {
  // Root in a container has no namespaces for chromium's sandbox; the pages are our own.
  return chromium.launch({ executablePath: EXECUTABLE, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/**
 * Opens a page and waits until the text stands on it.
 * @param waitMs how long the text may take
 */
export async function visit(
  browser: Browser,
  url: string,
  text: string,
  waitMs = SHOWN_WITHIN_MS,
): Promise<Visit> {
  const page = await browser.newPage();
  const responses: Response[] = [];
  const failures: string[] = [];
  page.on('response', (response) => void responses.push(response));
  page.on('pageerror', (error) => void failures.push(error.message));
  try {
    const answer = await page.goto(url, { waitUntil: 'load' });
    const seen = page.getByText(text).first().waitFor({ timeout: waitMs });
    const shown = await seen.then(
      () => true,
      () => false,
    );
    const { loaded, missing } = sorted(responses, new URL(url).origin);
    return { status: answer?.status() ?? 0, shown, loaded, failures: [...failures, ...missing] };
  } finally {
    await page.close();
  }
}

function sorted(responses: readonly Response[], origin: string): { loaded: string[]; missing: string[] } {
  const own = responses.map((one) => ({ url: new URL(one.url()), status: one.status() }));
  // Browsers ask for /favicon.ico by themselves; generators rarely make one.
  const asked = own.filter(({ url }) => url.origin === origin && url.pathname !== '/favicon.ico');
  return {
    loaded: asked.filter(({ status }) => status < 400).map(({ url }) => url.pathname + url.search),
    missing: asked
      .filter(({ status }) => status >= 400)
      .map(({ url, status }) => `${status} ${url.pathname}`),
  };
}
