/** What a product may not do to its type checker, its page and its environment. */
import { packagesIn } from './imports.ts';
import { isAboutRules, isProduct, isTest, packageOf, type Tree, withoutComments } from './tree.ts';

const SILENCES = /@ts-(?:ignore|nocheck|expect-error)/;
const ANY = /(?::|\bas|<|,|\||=>)\s*any\b(?!['"`-]| [a-z])/;
const HTML_FROM_STRINGS =
  /\.html\(|\binnerHTML\b|\bouterHTML\s*=|insertAdjacentHTML|document\.write|createContextualFragment/;
const OTHER_REQUESTS = /\bfetch\(|\bXMLHttpRequest\b/;

/** The model of the page: it runs without a browser. */
const WITHOUT_PAGE = ['client/', 'web/timeline/', 'web/markup/parser.ts', 'web/markup/inline-parser.ts', 'web/outbox/'];
const WITH_PAGE = ['web/timeline/history-loader.ts', 'web/outbox/http-sender.ts'];

export function escapeRules(tree: Tree): string[] {
  return [...tree]
    .filter(([file]) => file.endsWith('.ts') && !isAboutRules(file))
    .flatMap(([file, text]) => [
      ...typeEscapes(file, text),
      ...(packageOf(file) === 'web' && !isTest(file) ? pageEscapes(file, text) : []),
      ...(isProduct(file) && isModel(file) ? modelEscapes(file, text) : []),
      ...(isProduct(file) && text.includes('SALON_FAULT') ? [`${file} has a fault built in (SALON_FAULT)`] : []),
    ]);
}

function typeEscapes(file: string, text: string): string[] {
  return [
    ...(SILENCES.test(text) ? [`${file} silences the type checker`] : []),
    ...(ANY.test(withoutComments(text)) ? [`${file} says any`] : []),
  ];
}

function pageEscapes(file: string, text: string): string[] {
  return [
    ...(HTML_FROM_STRINGS.test(text) ? [`${file} makes HTML from a string`] : []),
    ...(OTHER_REQUESTS.test(withoutComments(text)) ? [`${file} does not go through jQuery`] : []),
    ...packagesIn(text)
      .filter((name) => name !== 'jquery')
      .map((name) => `${file} may not import ${name}`),
  ];
}

function isModel(file: string): boolean {
  return WITHOUT_PAGE.some((start) => file.startsWith(start)) && !WITH_PAGE.includes(file);
}

function modelEscapes(file: string, text: string): string[] {
  return [
    ...(packagesIn(text).includes('jquery') ? [`${file} is part of the model and imports jQuery`] : []),
    ...(/\bdocument\b/.test(withoutComments(text)) ? [`${file} is part of the model and touches the document`] : []),
  ];
}
