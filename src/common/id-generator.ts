import { randomBytes } from 'node:crypto';

export const ID_GENERATOR = Symbol('ID_GENERATOR');

export type IdPrefix =
  | 'apc'
  | 'lsh'
  | 'sh'
  | 'tsc'
  | 'resp'
  | 'msg'
  | 'fc'
  | 'ctc'
  | 'rs'
  | 'cmp'
  | 'call'
  | 'req'
  | 'conv'
  | 'item';

/** Makes ids such as `msg_6f0c…`: unguessable, since an id is all that names a stored response. */
export interface IdGenerator {
  next(prefix: IdPrefix): string;
}

export const randomIds: IdGenerator = {
  next: (prefix) => `${prefix}_${randomBytes(24).toString('hex')}`,
};
