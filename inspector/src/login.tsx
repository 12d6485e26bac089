import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { logIn } from './service/api.js';
import { Problem } from './parts/problem.js';

/** Asks for INSPECTOR_KEY. */
export function Login({ onOpen }: { onOpen: () => void }): JSX.Element {
  const [key, setKey] = useState('');
  const [error, setError] = useState<unknown>();
  const submit = (event: Event): void => {
    event.preventDefault();
    logIn(key).then(onOpen, setError);
  };
  return (
    <form class="card narrow" onSubmit={submit}>
      <h1 tabIndex={-1}>Log in</h1>
      <label>
        Key of the inspector (<code>INSPECTOR_KEY</code>)
        <input
          type="password"
          autocomplete="current-password"
          required
          value={key}
          onInput={({ currentTarget }) => {
            setKey(currentTarget.value);
          }}
        />
      </label>
      <Problem error={error} />
      <button type="submit">Log in</button>
    </form>
  );
}
