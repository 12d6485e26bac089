import { Load } from '../support/load.mjs';
import { cpuOfTree } from '../support/processes.mjs';
import { codexRequest, smallRequest } from '../support/requests.mjs';
import { inTurn } from '../support/rounds.mjs';
import { checkers } from '../support/script.mjs';
import { warmUpRequests } from '../support/warm-up.mjs';

/**
 * Every target is asked these. `unit` is what the CPU time is counted for; `requests` is the size of one round. A target that
 * speaks chat gets the same request as chat.
 */
export const scenarios = [
  small({ name: 'short SSE', stream: true, chunks: 1, warmUpRequests }),
  small({ name: 'small SSE', stream: true, chunks: 20 }),
  // Most of what runs for it is what runs for a stream.
  small({ name: 'short JSON', stream: false, chunks: 1, warmUpRequests: warmUpRequests / 3 }),
  small({ name: 'small JSON', stream: false, chunks: 20 }),
  scenario({ name: 'burst', stream: true, chunks: 2000, requests: 120, unit: '1,000 chunks' }),
  {
    name: 'Codex, 250 KB',
    body: () => codexRequest('chunks-20'),
    check: () => checkers.responseStream(20),
    requests: 150,
    unit: 'request',
    unitsPerRequest: 1,
    translatorsOnly: true,
  },
];

function small(options) {
  return scenario({ ...options, requests: 1000, unit: 'request' });
}

function scenario({ chunks, stream, unit, ...rest }) {
  const body = smallRequest(`chunks-${chunks}`, stream);
  return {
    ...rest,
    unit,
    unitsPerRequest: unit === 'request' ? 1 : chunks / 1000,
    body: (kind) => (kind === 'chat' ? body.chat : body.response),
    check: (kind) => checkers[`${kind}${stream ? 'Stream' : 'Json'}`](chunks),
  };
}

/** The first round is not counted, since the engine compiles what is hot. It is so many times as long as the others, unless told. */
const warmUpScale = 3;

/** This target is only in the JSON scenarios, as elsewhere it is the floor once more. */
export const wholeFloor = 'floor, backend not streaming';

/**
 * Runs rounds over all targets in turn, so that a busy moment of the machine hits all alike. Returns for each scenario and target
 * the microseconds of CPU per unit in each round.
 */
export async function measureCpu(targets, { rounds, scale, scenario: wanted }) {
  const results = new Map();
  for (const scenario of scenarios) {
    if (wanted !== undefined && wanted !== scenario.name) continue;
    const able = targets.filter((target) => canRun(target, scenario));
    const byTarget = new Map(able.map(({ name }) => [name, []]));
    results.set(scenario.name, byTarget);
    const loads = able.map((target) => ({ target, load: new Load(target.url, 16) }));
    for (let round = -1; round < rounds; round++) {
      for (const { target, load } of inTurn(loads, round)) {
        const isWarmUp = round < 0;
        const requests = isWarmUp ? warmUpOf(scenario, scale) : scenario.requests * scale;
        const cpu = await runOnce(scenario, target, load, Math.ceil(requests));
        if (!isWarmUp) byTarget.get(target.name).push(cpu);
      }
    }
    await Promise.all(loads.map(({ load }) => load.close()));
  }
  return results;
}

/** Short rounds are not worth a long one before them. */
function warmUpOf({ requests, warmUpRequests: wanted }, scale) {
  const short = requests * warmUpScale;
  return scale < 1 ? short : (wanted ?? short);
}

function canRun({ name, kind }, { name: scenario, translatorsOnly }) {
  if (name === wholeFloor) return scenario.endsWith('JSON');
  return kind === 'response' || !translatorsOnly;
}

async function runOnce(scenario, { kind, pid }, load, requests) {
  const before = pid === undefined ? 0 : cpuOfTree(pid);
  await load.run(scenario.body(kind), requests, scenario.check(kind));
  const used = pid === undefined ? 0 : cpuOfTree(pid) - before;
  return used / requests / scenario.unitsPerRequest;
}
