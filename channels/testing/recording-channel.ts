import type { ChannelLayer, ChannelName, LayerEvent, Receive } from '../layer/layer.ts';

export interface RecordingChannel {
  readonly name: ChannelName;
  readonly received: number[];
}

/** A channel that records the numbers it receives, for the contract of the layer. */
export function createRecordingChannel(layer: ChannelLayer, onEvent: Receive = () => {}): RecordingChannel {
  const received: number[] = [];
  const record = recordInto(received);
  const name = layer.newChannel((event) => {
    record(event);
    onEvent(event);
  });
  return { name, received };
}

export function recordInto(received: number[]): Receive {
  return ({ n }) => {
    if (typeof n === 'number') received.push(n);
  };
}

export function numbered(n: number): LayerEvent {
  return { type: 'message', n };
}
