/** The writer thread, in a process that dies at the worst moment: a new message is on the disk, and its answer is not sent. */
import '../../store/sqlite/writer/worker.ts';
import type { WriteAnswer } from '../../store/writes/commands.ts';

declare const self: Worker;

const send = self.postMessage.bind(self);

self.postMessage = (data: unknown): void => {
  if (typeof data === 'string' && hasNewMessage(JSON.parse(data))) process.kill(process.pid, 'SIGKILL');
  send(data);
};

function hasNewMessage(answer: WriteAnswer): boolean {
  return answer.kind === 'committed' && answer.outcomes.some((outcome) => typeof outcome === 'number');
}
