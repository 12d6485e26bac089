import { Load } from '../support/load.mjs';
import { smallRequest } from '../support/requests.mjs';
import { checkers } from '../support/script.mjs';
import { median, quantile } from '../support/statistics.mjs';

const body = smallRequest('chunks-20', true);

/**
 * Sends one request at a time from one client, the targets in turn. The time that a target adds is taken against the direct
 * request just before it, in milliseconds; other work on the machine shows in the p99.
 */
export async function measureFirstEvent(direct, targets, count) {
  const all = [direct, ...targets].map((target) => ({ target, load: new Load(target.url, 1) }));
  const added = new Map(targets.map(({ name }) => [name, []]));
  for (let turn = -Math.ceil(count / 5); turn < count; turn++) {
    let directTime = 0;
    for (const { target, load } of all) {
      const time = await timeToFirstData(target, load);
      if (target === direct) directTime = time;
      else if (turn >= 0) added.get(target.name).push(time - directTime);
    }
  }
  await Promise.all(all.map(({ load }) => load.close()));
  return new Map(
    [...added].map(([name, times]) => [
      name,
      { median: median(times), p99: quantile(times, 0.99) },
    ]),
  );
}

async function timeToFirstData({ kind }, load) {
  let time = 0;
  const text = await load.request(body[kind], (ms) => {
    time = ms;
  });
  checkers[`${kind}Stream`](20)(text);
  return time;
}
