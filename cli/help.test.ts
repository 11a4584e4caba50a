import { expect, test } from 'bun:test';
import { helpOn } from './help.ts';
import { environmentName, settingNames } from './settings-parser.ts';

const PAGES = [undefined, 'serve', 'user', 'room', 'backup', 'move', 'drill', 'no such command'];

test('every page of help fits a terminal of 80 × 24, with room for the prompt', () => {
  for (const page of PAGES) {
    const lines = helpOn(page).split('\n');
    expect(lines.length).toBeLessThanOrEqual(23);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  }
});

test('help names every setting, with its variable', () => {
  for (const name of settingNames()) {
    expect(helpOn('serve')).toContain(`--${name}`);
    expect(helpOn('serve')).toContain(environmentName(name));
  }
});
