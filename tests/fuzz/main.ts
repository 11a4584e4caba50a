/** `npm run fuzz -- --frames 1000000 --handshakes 100000 --seed 7`: ends with exit code 1 when a promise is broken. */
import { parseArgs } from 'node:util';
import { fuzz } from './fuzz.ts';
import { summary, violations } from './report.ts';

const { values } = parseArgs({
  options: {
    frames: { type: 'string', default: '1000000' },
    handshakes: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
console.log(`seed ${values.seed}`);
const report = await fuzz({
  seed: Number(values.seed),
  frames: Number(values.frames),
  handshakes: Number(values.handshakes),
});
console.log(summary(report));
const promises = violations(report);
for (const promise of promises) console.log(`BROKEN: ${promise}`);
process.exit(promises.length === 0 ? 0 : 1);
