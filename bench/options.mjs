import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const usage = `npm run bench -- [options]
  --quick                  three short rounds and no soak: under a minute
  --soak <seconds>         how long 2,000 streams are kept open (default 20)
  --only <name>[,<name>]   some measures: cpu, trickle, growth, capacity, first-event, rush, memory-after, large-body,
                           routing, chunk-cost, hooks, callers, inspector, bursts, memory,
                           workers
  --write                  write the report of some measures, too, as bench/results.md
  --scenario <name>        one scenario of cpu or trickle, by its name in the tables: 'short SSE', 'trickle, 200 streams'
  --rounds <number>        rounds of each measure (default 7)
  --most-streams <number>  the largest number of open streams that growth tries (default 5000)
  --profile <folder>       write a CPU profile of this service there; read it with bench/summarize-profile.mjs
  --peer <name>=<url>[,<pid>]   another Responses server; with a pid its CPU time is measured
  --dist <folder>          the build that is measured (default dist)
  --build <name>=<folder>  another build beside it, to compare
  --backend-port <port>    where peers find the backend (default: a free port)
`;

export function readOptions() {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      soak: { type: 'string' },
      only: { type: 'string' },
      write: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      'most-streams': { type: 'string', default: '5000' },
      scenario: { type: 'string' },
      profile: { type: 'string' },
      peer: { type: 'string', multiple: true, default: [] },
      dist: { type: 'string', default: 'dist' },
      build: { type: 'string', multiple: true, default: [] },
      'backend-port': { type: 'string', default: '0' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    process.exit(0);
  }
  const { quick } = values;
  return {
    rounds: Number(values.rounds ?? (quick ? 3 : 7)),
    scale: quick ? 0.3 : 1,
    firstEvents: quick ? 200 : 1000,
    soakSeconds: Number(values.soak ?? (quick ? 1 : 20)),
    wants: (name) => values.only === undefined || values.only.split(',').includes(name),
    scenario: values.scenario,
    profile: values.profile,
    isQuick: quick,
    mostStreams: Number(values['most-streams']),
    backendPort: Number(values['backend-port']),
    dist: pathToFileURL(values.dist).href,
    peers: values.peer.map(readPeer),
    builds: values.build.map((entry) => {
      const [name, folder] = entry.split('=');
      return { name, dist: pathToFileURL(folder).href };
    }),
    writesResults:
      values.write || (!quick && (values.only ?? values.scenario ?? values.profile) === undefined),
  };
}

function readPeer(entry) {
  const [, name, url, pid] = /^([^=]+)=([^,]+)(?:,(\d+))?$/.exec(entry) ?? [];
  if (name === undefined) throw new Error(`--peer ${entry}: expected name=url or name=url,pid`);
  return { name, url, kind: 'response', pid: pid === undefined ? undefined : Number(pid) };
}
