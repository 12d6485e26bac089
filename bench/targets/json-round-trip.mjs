import process from 'node:process';
import { codexRequest } from '../support/requests.mjs';

/** Parses and stringifies a large body as often as it is told, as the yardstick for such bodies. */
const text = codexRequest('chunks-1');
process.on('message', (count) => {
  let length = 0;
  for (let index = 0; index < count; index++) length += JSON.stringify(JSON.parse(text)).length;
  process.send(length);
});
process.stdout.write('{"url":"http://none"}\n');
