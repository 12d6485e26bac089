import { useEffect, useState } from 'preact/hooks';
import type { RequestSummary } from '../../../src/inspector/views/contract.js';
import { follow, readList } from './api.js';

/** The service keeps no more. */
const MOST = 200;

interface Requests {
  /** Newest first. */
  requests: readonly RequestSummary[];
  error: unknown;
  isLive: boolean;
  reload: () => void;
}

/** Has the list and keeps it up to date: read once, and then told of each change. After a lost connection it is read anew. */
export function useRequests(): Requests {
  const [known, setKnown] = useState<ReadonlyMap<string, RequestSummary>>(new Map());
  const [error, setError] = useState<unknown>();
  const [isLive, setLive] = useState(false);
  const [tries, setTries] = useState(0);
  const take = (changed: readonly RequestSummary[]): void => {
    setKnown((before) => {
      const all = new Map(before);
      for (const summary of changed) all.set(summary.id, summary);
      const newest = [...all.values()].sort((one, other) => Number(other.id) - Number(one.id));
      return new Map(newest.slice(0, MOST).map((summary) => [summary.id, summary]));
    });
  };
  useEffect(() => {
    let stop = (): void => undefined;
    const read = (): void => {
      readList().then((list) => {
        setError(undefined);
        take(list);
      }, setError);
    };
    const begin = async (): Promise<void> => {
      try {
        take(await readList());
        setError(undefined);
        // What came between the list and the first message is read with the connection.
        stop = follow(take, (isConnected) => {
          setLive(isConnected);
          if (isConnected) read();
        });
      } catch (refusal) {
        setError(refusal);
      }
    };
    void begin();
    return () => {
      stop();
    };
  }, [tries]);
  return {
    requests: [...known.values()],
    error,
    isLive,
    reload: () => {
      setKnown(new Map());
      setTries((before) => before + 1);
    },
  };
}
