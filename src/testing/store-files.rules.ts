import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import {
  BYTES_PER_FILE,
  FileLimitError,
  PIECE_BYTES,
  type FileLimits,
  type FileStore,
  type StoredFile,
} from '../store/file-store.port.js';
import { assertSame } from './assert-same.js';
import { otherOwner, owner } from './store-records.js';
import type { StoreRules, StoreSubject } from './store-subject.js';
import { testSeal } from './test-seal.js';

const wide: FileLimits = { ownerBytes: 1e12, ownerFiles: 1e6, totalBytes: 1e12 };
const never = 4_000_000_000;

function fileOf(id: string, fields: Partial<StoredFile> = {}): StoredFile {
  const common = { filename: `näme of ${id}.pdf`, purpose: 'user_data', bytes: 0 };
  return { id, ...common, createdAt: 5, expiresAt: never, ...fields };
}

async function write(
  files: FileStore,
  file: StoredFile,
  pieces: readonly Uint8Array[] = [],
  of = owner,
): Promise<void> {
  await files.begin(of, file.id, wide);
  for (const [place, piece] of pieces.entries()) {
    assert.equal(await files.append(of, file.id, place, piece, wide), true);
  }
  assert.equal(await files.finish(of, file), true);
}

/** Tells which limit refuses. */
async function refusal(action: Promise<unknown>): Promise<keyof FileLimits> {
  const error: unknown = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert(error instanceof FileLimitError, `expected a FileLimitError, got ${String(error)}`);
  return error.limit;
}

type FileCheck = (files: FileStore, subject: StoreSubject) => Promise<void>;

const checks: readonly (readonly [string, FileCheck])[] = [
  [
    'gives back the bytes that it was given, piece by piece',
    async (files, { id }) => {
      const pieces = [randomBytes(PIECE_BYTES), randomBytes(7)];
      const file = fileOf(id, { bytes: PIECE_BYTES + 7 });
      await write(files, file, pieces);
      assertSame(await files.find(owner, id), file);
      for (const [place, piece] of pieces.entries()) {
        assert.equal((await files.read(owner, id, place))?.toString('hex'), piece.toString('hex'));
      }
      assert.equal(await files.read(owner, id, 2), undefined);
      await write(files, fileOf(`${id}_empty`));
      assert.equal(await files.read(owner, `${id}_empty`, 0), undefined);
    },
  ],
  [
    'shows nobody what is not finished, and adds nothing to what is',
    async (files, { id }) => {
      await files.begin(owner, id, wide);
      await files.append(owner, id, 0, Buffer.from('half'), wide);
      assert.equal(await files.find(owner, id), undefined);
      const request = { after: undefined, limit: 100, order: 'desc', purpose: undefined } as const;
      const seen = await files.page(owner, request);
      assert.equal(
        seen?.files.some((file) => file.id === id),
        false,
      );
      assert.equal(await files.finish(owner, fileOf(id, { bytes: 4 })), true);
      assert.equal(await files.finish(owner, fileOf(id)), false);
      assert.equal(await files.append(owner, id, 1, Buffer.from('more'), wide), false);
      assertSame(await files.read(owner, id, 0), Buffer.from('half'));
      assert.equal(await files.append(owner, 'file_unknown', 0, Buffer.from('x'), wide), false);
      assert.equal(await files.finish(owner, fileOf('file_unknown')), false);
    },
  ],
  [
    'deletes it, finished or not, with all that it has',
    async (files, { id }) => {
      await write(files, fileOf(id, { bytes: 1 }), [Buffer.from('x')]);
      await files.begin(owner, `${id}_half`, wide);
      for (const name of [id, `${id}_half`]) {
        assert.equal(await files.delete(owner, name), true);
        assert.equal(await files.delete(owner, name), false);
      }
      assert.equal(await files.find(owner, id), undefined);
      assert.equal(await files.read(owner, id, 0), undefined);
      assert.equal(await files.finish(owner, fileOf(`${id}_half`)), false);
      assert.equal(await files.append(owner, `${id}_half`, 0, Buffer.from('x'), wide), false);
    },
  ],
  [
    'shows nothing of it to another owner',
    async (files, { id }) => {
      await write(files, fileOf(id, { bytes: 1 }), [Buffer.from('x')]);
      await files.begin(owner, `${id}_half`, wide);
      assert.equal(await files.find(otherOwner, id), undefined);
      assert.equal(await files.read(otherOwner, id, 0), undefined);
      assert.equal(await files.delete(otherOwner, id), false);
      const half = `${id}_half`;
      assert.equal(await files.append(otherOwner, half, 0, Buffer.from('x'), wide), false);
      assert.equal(await files.finish(otherOwner, fileOf(half)), false);
      const request = { after: id, limit: 10, order: 'asc', purpose: undefined } as const;
      assert.equal(await files.page(otherOwner, request), undefined);
      assertSame(await files.find(owner, id), fileOf(id, { bytes: 1 }));
    },
  ],
  [
    'pages through the files of an owner both ways, and of one purpose',
    async (files, { id }) => {
      const own = `${id}_owner`;
      for (const [index, name] of ['a', 'b', 'c', 'd'].entries()) {
        const purpose = index % 2 === 0 ? 'user_data' : 'vision';
        await write(files, fileOf(`${id}_${name}`, { purpose }), [], own);
      }
      const page = async (
        order: 'asc' | 'desc',
        limit: number,
        after?: string,
        purpose?: string,
      ): Promise<unknown> => {
        const from = after === undefined ? undefined : `${id}_${after}`;
        const found = await files.page(own, { after: from, limit, order, purpose });
        return found && [found.files.map((file) => file.id.slice(-1)), found.hasMore];
      };
      assertSame(await page('asc', 2), [['a', 'b'], true]);
      assertSame(await page('asc', 2, 'b'), [['c', 'd'], false]);
      assertSame(await page('desc', 3), [['d', 'c', 'b'], true]);
      assertSame(await page('desc', 3, 'b'), [['a'], false]);
      assertSame(await page('asc', 9, undefined, 'vision'), [['b', 'd'], false]);
      assertSame(await page('asc', 1, undefined, 'vision'), [['b'], true]);
      assertSame(await page('desc', 9, 'd', 'user_data'), [['c', 'a'], false]);
      assertSame(await page('asc', 9, undefined, 'batch'), [[], false]);
      assert.equal(await page('asc', 9, 'unknown'), undefined);
      await files.delete(own, `${id}_b`);
      assertSame(await page('asc', 9), [['a', 'c', 'd'], false]);
    },
  ],
  [
    'refuses what is beyond a limit, and has the room of what is deleted',
    async (files, { id }) => {
      const own = `${id}_owner`;
      const two = { ...wide, ownerFiles: 2 };
      await files.begin(own, `${id}_1`, two);
      await write(files, fileOf(`${id}_2`), [], own);
      assert.equal(await refusal(files.begin(own, `${id}_3`, two)), 'ownerFiles');
      assert.equal(await files.delete(own, `${id}_2`), true);
      const small = { ...wide, ownerBytes: BYTES_PER_FILE + 100 };
      const piece = Buffer.alloc(60);
      assert.equal(await files.append(own, `${id}_1`, 0, piece, small), true);
      assert.equal(await refusal(files.append(own, `${id}_1`, 1, piece, small)), 'ownerBytes');
      assert.equal(await refusal(files.begin(own, `${id}_3`, small)), 'ownerBytes');
      assert.equal(await refusal(files.append(own, `${id}_1`, 1, piece, small, 41)), 'ownerBytes');
      assert.equal(await files.append(own, `${id}_1`, 1, piece, small, 40), true);
      const none = { ...wide, totalBytes: BYTES_PER_FILE };
      assert.equal(await refusal(files.begin(own, `${id}_3`, none)), 'totalBytes');
      assert.equal(await refusal(files.append(own, `${id}_1`, 2, piece, none)), 'totalBytes');
    },
  ],
  [
    'forgets a file at its time, and has its room again',
    async (files, { id, store }) => {
      const own = `${id}_owner`;
      const gone = fileOf(id, { bytes: 1, expiresAt: 1 });
      await write(files, gone, [Buffer.from('x')], own);
      assert.equal(await files.find(own, id), undefined);
      assert.equal(await files.read(own, id, 0), undefined);
      assert.equal(await files.delete(own, id), false);
      await store.sweep();
      await files.begin(own, `${id}_next`, { ...wide, ownerFiles: 1 });
    },
  ],
  [
    'keeps uploads at the same time within the limit',
    async (files, { id }) => {
      const own = `${id}_owner`;
      const limits = { ...wide, ownerBytes: 4 * BYTES_PER_FILE + 10_000 };
      const names = [1, 2, 3, 4].map((serial) => `${id}_${serial}`);
      await Promise.all(names.map((name) => files.begin(own, name, limits)));
      const written = await Promise.all(
        names.flatMap((name) =>
          [0, 1, 2, 3].map((place) =>
            files.append(own, name, place, Buffer.alloc(1_000), limits).catch(() => false),
          ),
        ),
      );
      assert.equal(written.filter(Boolean).length, 10);
    },
  ],
  [
    'seals what is in it, and its name',
    async (_files, { id, reopen }) => {
      const seal = testSeal();
      const sealed = await reopen({ seal });
      assert(sealed.files !== undefined);
      const text = Buffer.from('a secret text');
      await write(sealed.files, fileOf(id, { bytes: text.length }), [text]);
      assertSame(await sealed.files.read(owner, id, 0), text);
      assertSame(await sealed.files.find(owner, id), fileOf(id, { bytes: text.length }));
    },
  ],
];

/** Holds the part of a store's contract that is of files. */
export const fileStoreRules: StoreRules = checks.map(([name, check]) => [
  name,
  async (subject) => {
    const { files } = subject.store;
    if (files !== undefined) await check(files, subject);
  },
]);
