import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';

/** Names this process in the store. */
@Injectable()
export class Replica {
  readonly id: string = randomUUID();
}
