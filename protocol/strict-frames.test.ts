import { expect, test } from 'bun:test';
import { parseFramesStrictly } from './strict-frames.ts';

test('an object is one frame, an array a list of them', () => {
  expect(parseFramesStrictly('{"type":"live","head":3}')).toEqual([{ type: 'live', head: 3 }]);
  expect(parseFramesStrictly('[{"type":"replay"},{"type":"heartbeat"}]')).toHaveLength(2);
});

test('what a client would leave out is an error that shows the frame', () => {
  for (const text of ['not JSON', 'null', '[[]]', '{"type":"from_the_future"}', '[{"type":"live","head":"1"}]']) {
    expect(() => parseFramesStrictly(text)).toThrow();
  }
  expect(() => parseFramesStrictly('{"type":"live","head":-1}')).toThrow('{"type":"live","head":-1}');
});
