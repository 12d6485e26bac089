import { Parser } from 'htmlparser2';

export interface ListedObject {
  key: string;
  /** This is in milliseconds since the epoch, by the bucket's clock. */
  modifiedAt: number;
}

export interface ObjectList {
  objects: ListedObject[];
  /** Continues the list; undefined behind the last object. */
  token: string | undefined;
}

/** Reads an answer to ListObjectsV2; keys are given without `prefix`. Source: Amazon S3 API Reference, 2006-03-01. */
export function readObjectList(xml: string, prefix: string): ObjectList {
  const objects: ListedObject[] = [];
  let token: string | undefined;
  let key = '';
  readTexts(xml, (path, text) => {
    if (path === 'ListBucketResult/NextContinuationToken') token = text;
    if (path === 'ListBucketResult/Contents/Key') key = text;
    if (path !== 'ListBucketResult/Contents/LastModified' || !key.startsWith(prefix)) return;
    objects.push({ key: key.slice(prefix.length), modifiedAt: Date.parse(text) });
  });
  return { objects, token };
}

/** Gives the code of an error: `AccessDenied`, say. */
export function readErrorCode(xml: string): string {
  let code = '';
  readTexts(xml, (path, text) => {
    if (path === 'Error/Code') code = text;
  });
  return /^\w{1,100}$/.test(code) ? code : 'no code';
}

function readTexts(xml: string, take: (path: string, text: string) => void): void {
  const path: string[] = [];
  let text = '';
  const parser = new Parser(
    {
      onopentag: (name) => {
        path.push(name);
        text = '';
      },
      ontext: (part) => {
        text += part;
      },
      onclosetag: () => {
        take(path.join('/'), text);
        path.pop();
        text = '';
      },
    },
    { xmlMode: true },
  );
  parser.end(xml);
}
