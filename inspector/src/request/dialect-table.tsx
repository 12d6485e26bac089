import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { CallView } from '../../../src/inspector/views/contract.js';

/** Shows the rules by which the backend was spoken to, and who set each. */
export function DialectTable({ dialect }: Pick<CallView, 'dialect'>): JSX.Element {
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? dialect : dialect.filter(({ setBy }) => setBy !== 'default');
  return (
    <>
      <label class="check">
        <input
          type="checkbox"
          checked={isWhole}
          onChange={({ currentTarget }) => {
            setWhole(currentTarget.checked);
          }}
        />
        Show those of the default, too
      </label>
      {shown.length === 0 && <p>All is as the default has it.</p>}
      {shown.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label="Dialect rules">
          <table>
            <thead>
              <tr>
                <th scope="col">Rule</th>
                <th scope="col">Value</th>
                <th scope="col">Set by</th>
              </tr>
            </thead>
            <tbody>
              {shown.map(({ field, value, setBy }) => (
                <tr key={field}>
                  <td>
                    <code>{field}</code>
                  </td>
                  <td class="value">{JSON.stringify(value)}</td>
                  <td>{setBy}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}
