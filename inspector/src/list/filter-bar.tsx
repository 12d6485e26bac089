import type { JSX } from 'preact';
import type { RequestSummary } from '../../../src/inspector/views/contract.js';
import { statuses, type Filters } from './filters.js';

interface FilterBarProps {
  requests: readonly RequestSummary[];
  filters: Filters;
  onChange: (filters: Filters) => void;
}

export function FilterBar({ requests, filters, onChange }: FilterBarProps): JSX.Element {
  const models = distinct(requests.flatMap(({ model }) => model ?? []));
  const warnings = distinct(requests.flatMap((request) => Object.keys(request.warnings)));
  const select = (name: keyof Filters, label: string, options: readonly string[]): JSX.Element => (
    <label>
      {label}
      <select
        value={filters[name]}
        onChange={({ currentTarget }) => {
          onChange({ ...filters, [name]: currentTarget.value });
        }}
      >
        <option value="">all</option>
        {options.map((option) => (
          <option key={option}>{option}</option>
        ))}
      </select>
    </label>
  );
  return (
    <form
      class="filters"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
      }}
    >
      {select('model', 'Model', models)}
      {select('status', 'Status', statuses)}
      {select('warning', 'Warning', warnings)}
      <label>
        Request id
        <input
          type="search"
          value={filters.text}
          onInput={({ currentTarget }) => {
            onChange({ ...filters, text: currentTarget.value.trim() });
          }}
        />
      </label>
    </form>
  );
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
