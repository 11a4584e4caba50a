import type { ChannelLayer, LayerEvent, Receive } from '../layer/layer.ts';

/** A channel that keeps the numbers it heard, for the contract of the layer. */
export function createRecordingChannel(
  layer: ChannelLayer,
  also: Receive = () => {},
): { name: string; heard: number[] } {
  const heard: number[] = [];
  const note = recordInto(heard);
  const name = layer.newChannel((event) => {
    note(event);
    also(event);
  });
  return { name, heard };
}

export function recordInto(heard: number[]): Receive {
  return ({ n }) => {
    if (typeof n === 'number') heard.push(n);
  };
}

export function said(n: number): LayerEvent {
  return { type: 'said', n };
}
