/** The sources as the rules read them: a path from the top of the project, and the text of the file. */
export type Tree = ReadonlyMap<string, string>;

/** Developers' own folders: they may import anything, and no product file imports them. */
export const FOR_DEVELOPERS = ['tests', 'bench'];

const RULES_FOLDER = 'tests/support/source-rules/';
const RULES_TEST = 'tests/direction.test.ts';

export function packageOf(file: string): string {
  return file.includes('/') ? (file.split('/')[0] ?? '') : '';
}

export function folderOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '';
}

/** The file's name without its folder and its endings. */
export function baseOf(file: string): string {
  return file.split('/').at(-1)?.split('.')[0] ?? '';
}

export function isTest(file: string): boolean {
  return file.endsWith('.test.ts') || packageOf(file) === 'tests';
}

/** What tests share inside a package: `channels/testing/`, `server/testing/`. */
export function isTestSupport(file: string): boolean {
  return file.split('/').slice(1, -1).includes('testing');
}

export function isScript(file: string): boolean {
  return file.endsWith('.ts') && !file.endsWith('.d.ts');
}

/** What a release is made of. */
export function isProduct(file: string): boolean {
  return isScript(file) && !isTest(file) && !isTestSupport(file) && !FOR_DEVELOPERS.includes(packageOf(file));
}

/** The rules and their test have to name what they forbid. */
export function isAboutRules(file: string): boolean {
  return file.startsWith(RULES_FOLDER) || file === RULES_TEST;
}

/** Roughly: a comment sign inside a string is taken for one, which can hide a word but not invent one. */
export function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`])\/\/.*$/gm, '$1');
}
