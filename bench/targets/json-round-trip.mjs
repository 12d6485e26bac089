import process from 'node:process';
import { codexRequest } from '../support/requests.mjs';

/** The yardstick for large bodies: JSON.parse and JSON.stringify of one, as often as it is told. */
const text = codexRequest('chunks-1');
process.on('message', (count) => {
  let length = 0;
  for (let index = 0; index < count; index++) length += JSON.stringify(JSON.parse(text)).length;
  process.send(length);
});
process.stdout.write('{"url":"http://none"}\n');
