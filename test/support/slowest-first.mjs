import Sequencer from '@jest/test-sequencer';

/** These take a minute or more. Begun last, they would run alone at the end, while the other core has nothing to do. */
const slowest = [
  'e2e/crash',
  'hardening/memory',
  'hardening/stall',
  'e2e/lost-replica',
  'e2e/websocket',
  'llama/instruct',
  'e2e/package',
  'store/crash',
  'wire/repeated-lines',
  'stream-properties',
];

/** Begins the slowest first; the others go by how long they took the last time, or by their size, as jest has it. */
export default class SlowestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => {
      const place = slowest.findIndex((name) => path.includes(`/${name}.`));
      return place < 0 ? slowest.length : place;
    };
    return super.sort(tests).toSorted((one, other) => rank(one) - rank(other));
  }
}
