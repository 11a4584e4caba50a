/** In this order: nearly every browser also calls itself by the names that come after its own. */
const BROWSERS: ReadonlyArray<readonly [name: string, mark: RegExp]> = [
  ['Edge', /\bEdg(?:e|A|iOS)?\//],
  ['Opera', /\bOPR\/|\bOpera\b/],
  ['Samsung Internet', /\bSamsungBrowser\//],
  ['Firefox', /\bFirefox\/|\bFxiOS\//],
  ['Chrome', /\bChrome\/|\bHeadlessChrome\/|\bChromium\/|\bCriOS\//],
  ['Safari', /\bSafari\//],
];

const SYSTEMS: ReadonlyArray<readonly [name: string, mark: RegExp]> = [
  ['iPhone', /\biPhone\b/],
  ['iPad', /\biPad\b/],
  ['Android', /\bAndroid\b/],
  ['Windows', /\bWindows\b/],
  ['macOS', /\bMacintosh\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['Linux', /\bLinux\b/],
];

/** More than any browser sends. */
const USER_AGENT_CHARACTERS = 1_000;

/**
 * The device as its user would name it: `Firefox · Linux`. Made of the names above alone, without a version: enough for
 * users to distinguish their own sessions, too little to track them by.
 */
export function deviceOf(userAgent: string | null): string {
  const agent = (userAgent ?? '').slice(0, USER_AGENT_CHARACTERS);
  return [nameIn(agent, BROWSERS), nameIn(agent, SYSTEMS)].filter((name) => name !== undefined).join(' · ');
}

function nameIn(agent: string, names: typeof BROWSERS): string | undefined {
  return names.find(([, mark]) => mark.test(agent))?.[0];
}
