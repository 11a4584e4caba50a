import type { BunPlugin } from 'bun';

/**
 * The parts of jQuery that the pages use. Without animations, layout, JSONP and the like a page weighs an eighth less. A
 * test checks that the pages call nothing of the rest.
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

/** Resolves every import of `jquery` to the parts above. */
export const jqueryParts: BunPlugin = {
  name: 'parts of jQuery',
  setup(build) {
    build.onResolve({ filter: /^jquery$/ }, () => ({ path: 'parts', namespace: 'jquery' }));
    build.onLoad({ filter: /./, namespace: 'jquery' }, () => ({ contents: source(), loader: 'js' }));
  },
};

function source(): string {
  const pathOf = (part: string): string => JSON.stringify(Bun.resolveSync(`jquery/src/${part}.js`, import.meta.dir));
  const imports = PARTS.map((part) => `import ${pathOf(part)};`);
  return [...imports, `export { jQuery as default } from ${pathOf('core')};`].join('\n');
}
