/** Writes GGUF version 3, the file format of llama.cpp: metadata, then 32-bit float tensors, little-endian. */

export type MetadataValue =
  | { type: 'uint32' | 'float32'; value: number }
  | { type: 'bool'; value: boolean }
  | { type: 'string'; value: string }
  | { type: 'strings'; value: readonly string[] }
  | { type: 'float32s' | 'int32s'; value: readonly number[] };

export interface Tensor {
  name: string;
  /** The fastest-changing dimension comes first. */
  shape: readonly number[];
  values: Float32Array;
}

const alignment = 32;
const typeIds = { uint32: 4, int32: 5, float32: 6, bool: 7, string: 8, array: 9 };
const float32Tensor = 0;

export function writeGguf(
  metadata: Readonly<Record<string, MetadataValue>>,
  tensors: readonly Tensor[],
): Buffer {
  const entries = Object.entries(metadata);
  const head = [Buffer.from('GGUF'), uint32(3), uint64(tensors.length), uint64(entries.length)];
  for (const [name, value] of entries) head.push(text(name), metadataValue(value));
  const data: Buffer[] = [];
  let offset = 0;
  for (const { name, shape, values } of tensors) {
    head.push(text(name), uint32(shape.length), ...shape.map(uint64));
    head.push(uint32(float32Tensor), uint64(offset));
    const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    data.push(bytes, padding(bytes.length));
    offset += bytes.length + padding(bytes.length).length;
  }
  const headBytes = Buffer.concat(head);
  return Buffer.concat([headBytes, padding(headBytes.length), ...data]);
}

function metadataValue(entry: MetadataValue): Buffer {
  switch (entry.type) {
    case 'uint32':
      return Buffer.concat([uint32(typeIds.uint32), uint32(entry.value)]);
    case 'float32':
      return Buffer.concat([uint32(typeIds.float32), float32(entry.value)]);
    case 'bool':
      return Buffer.concat([uint32(typeIds.bool), Buffer.from([entry.value ? 1 : 0])]);
    case 'string':
      return Buffer.concat([uint32(typeIds.string), text(entry.value)]);
    case 'strings':
      return array(typeIds.string, entry.value.map(text));
    case 'float32s':
      return array(typeIds.float32, entry.value.map(float32));
    case 'int32s':
      return array(typeIds.int32, entry.value.map(uint32));
  }
}

function array(elementType: number, elements: readonly Buffer[]): Buffer {
  const head = [uint32(typeIds.array), uint32(elementType), uint64(elements.length)];
  return Buffer.concat([...head, ...elements]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint64(bytes.length), bytes]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function float32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

function padding(length: number): Buffer {
  return Buffer.alloc((alignment - (length % alignment)) % alignment);
}
