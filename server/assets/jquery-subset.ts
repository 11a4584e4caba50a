import type { BunPlugin } from 'bun';

/**
 * What the pages use of jQuery; animations, layout, JSONP and the like are left out: an eighth of a page's weight.
 * A test looks that nothing of the rest is asked for.
 */
const PARTS = [
  'selector',
  'traversing',
  'callbacks',
  'deferred',
  'core/ready',
  'core/parseHTML',
  'attributes',
  'event',
  'event/trigger',
  'manipulation',
  'serialize',
  'ajax',
  'ajax/xhr',
] as const;

/** Only the parts above, wherever `jquery` is imported. */
export const jqueryParts: BunPlugin = {
  name: 'parts of jQuery',
  setup(build) {
    build.onResolve({ filter: /^jquery$/ }, () => ({ path: 'parts', namespace: 'jquery' }));
    build.onLoad({ filter: /./, namespace: 'jquery' }, () => ({ contents: source(), loader: 'js' }));
  },
};

function source(): string {
  const place = (part: string): string => JSON.stringify(Bun.resolveSync(`jquery/src/${part}.js`, import.meta.dir));
  const imports = PARTS.map((part) => `import ${place(part)};`);
  return [...imports, `export { jQuery as default } from ${place('core')};`].join('\n');
}
