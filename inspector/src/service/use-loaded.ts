import { useEffect, useState } from 'preact/hooks';

/** Is undefined while it loads. */
export interface Loaded<Value> {
  value: Value | undefined;
  error: unknown;
  reload: () => void;
}

/** Loads a value whenever `key` changes, and again on demand. What comes too late is dropped. */
export function useLoaded<Value>(load: () => Promise<Value>, key: string): Loaded<Value> {
  const [count, setCount] = useState(0);
  const [state, setState] = useState<{ key?: string; value?: Value; error?: unknown }>({});
  useEffect(() => {
    let isWanted = true;
    load().then(
      (value) => {
        if (isWanted) setState({ key, value });
      },
      (error: unknown) => {
        if (isWanted) setState({ key, error });
      },
    );
    return () => {
      isWanted = false;
    };
  }, [key, count]);
  const isCurrent = state.key === key;
  return {
    value: isCurrent ? state.value : undefined,
    error: isCurrent ? state.error : undefined,
    reload: () => {
      setCount((before) => before + 1);
    },
  };
}
