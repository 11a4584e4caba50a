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

/** More than any browser says of itself. */
const LOOKED_AT_CHARACTERS = 1_000;

/**
 * What a person calls the thing before them: `Firefox · Linux`. It is made of the names above and of nothing else that
 * the browser said, no version either: enough to tell one's own sessions apart, too little to recognise anybody by.
 */
export function deviceOf(userAgent: string | null): string {
  const said = (userAgent ?? '').slice(0, LOOKED_AT_CHARACTERS);
  return [nameIn(said, BROWSERS), nameIn(said, SYSTEMS)].filter((name) => name !== undefined).join(' · ');
}

function nameIn(said: string, names: typeof BROWSERS): string | undefined {
  return names.find(([, mark]) => mark.test(said))?.[0];
}
