import type { BunPlugin } from 'bun';

/**
 * The parts of jQuery that the pages use. Animations, layout, JSONP and the like are left out, and instead of jQuery's own
 * selector engine the browser's finds the elements. A test checks that the pages call nothing of the rest.
 */
const PARTS = [
  'selector-native',
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
    build.onResolve({ filter: /\/selector\.js$/ }, () => ({ path: pathOf('selector-native') }));
    build.onLoad({ filter: /./, namespace: 'jquery' }, () => ({ contents: source(), loader: 'js' }));
  },
};

function source(): string {
  const imports = PARTS.map((part) => `import ${JSON.stringify(pathOf(part))};`);
  return [...imports, `export { jQuery as default } from ${JSON.stringify(pathOf('core'))};`].join('\n');
}

function pathOf(part: string): string {
  return Bun.resolveSync(`jquery/src/${part}.js`, import.meta.dir);
}
