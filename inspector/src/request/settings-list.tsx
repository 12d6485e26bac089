import type { JSX } from 'preact';
import { LinkButton, type Linking } from './part-card.js';
import { keyOf, type Part } from './parts.js';
import { WarningNote } from './warning-note.js';

/** Shows settings, a line each. */
export function SettingsList({
  parts,
  linking: { links, warnings, lit, point },
}: {
  parts: readonly Part[];
  linking: Linking;
}): JSX.Element {
  return (
    <ul class="settings">
      {parts.map((part) => {
        const key = keyOf(part);
        return (
          <li
            key={key}
            id={key}
            class={lit.has(key) ? 'lit' : ''}
            tabIndex={-1}
            onMouseOver={() => {
              point(key);
            }}
            onMouseLeave={() => {
              point(undefined);
            }}
            onFocusIn={() => {
              point(key);
            }}
          >
            <code>
              {part.path}: {JSON.stringify(part.value)}
            </code>
            {(links.get(key) ?? []).map((other) => (
              <LinkButton key={other} to={other} />
            ))}
            {(warnings.get(key) ?? []).map((warning) => (
              <WarningNote key={warning.message} warning={warning} />
            ))}
          </li>
        );
      })}
    </ul>
  );
}
