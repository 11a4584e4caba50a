/** A network namespace for one process, whose link can be cut so that neither end gets a FIN or RST. */
import { run } from '../system/requirements.ts';

/** Unique to this process: another one may have left its own behind. */
const NETWORK = `10.${200 + (process.pid % 50)}.${(process.pid >> 6) % 250}`;

export class Namespace {
  /** Where this machine is seen from inside. */
  readonly outside = `${NETWORK}.1`;
  readonly #name = `salon-${process.pid}`;
  readonly #interface = `salon${process.pid}`.slice(0, 13);

  static make(): Namespace {
    const space = new Namespace();
    space.#make();
    return space;
  }

  /** The arguments of a command that runs inside. */
  inside(...command: readonly string[]): string[] {
    return ['ip', 'netns', 'exec', this.#name, ...command];
  }

  cut(): void {
    run('ip', 'link', 'set', `${this.#interface}a`, 'down');
  }

  restore(): void {
    run('ip', 'link', 'set', `${this.#interface}a`, 'up');
  }

  remove(): void {
    run('ip', 'netns', 'del', this.#name);
  }

  #make(): void {
    const [here, there] = [`${this.#interface}a`, `${this.#interface}b`];
    run('ip', 'netns', 'add', this.#name);
    run('ip', 'link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', this.#name);
    run('ip', 'addr', 'add', `${NETWORK}.1/24`, 'dev', here);
    run('ip', 'link', 'set', here, 'up');
    run(...this.inside('ip', 'addr', 'add', `${NETWORK}.2/24`, 'dev', there));
    run(...this.inside('ip', 'link', 'set', there, 'up'));
  }
}
