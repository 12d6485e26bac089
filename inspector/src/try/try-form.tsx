import type { JSX } from 'preact';

export interface Draft {
  key: string;
  model: string;
  text: string;
  tools: string;
  effort: string;
  isStream: boolean;
}

export const firstDraft: Draft = {
  key: '',
  model: '',
  text: 'What is the weather in Paris?',
  tools: '',
  effort: '',
  isStream: true,
};

export const someTool = JSON.stringify(
  [
    {
      type: 'function',
      name: 'get_weather',
      description: 'Tells the weather of a city.',
      parameters: {
        type: 'object',
        properties: { city: { type: 'string' } },
        required: ['city'],
      },
    },
  ],
  null,
  2,
);

const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'];

/**
 * Gives the request's body.
 * @throws SyntaxError where the tools are no JSON.
 */
export function bodyOf({ model, text, tools, effort, isStream }: Draft): {
  stream: boolean;
  [field: string]: unknown;
} {
  return {
    model,
    input: text,
    ...(tools.trim() === '' ? {} : { tools: JSON.parse(tools) as unknown }),
    ...(effort === '' ? {} : { reasoning: { effort } }),
    stream: isStream,
  };
}

interface TryFormProps {
  draft: Draft;
  models: readonly string[];
  isRunning: boolean;
  onChange: (draft: Draft) => void;
  onSend: () => void;
  onStop: () => void;
}

export function TryForm(props: TryFormProps): JSX.Element {
  const { draft, models, isRunning, onChange, onSend, onStop } = props;
  const set = (changed: Partial<Draft>): void => {
    onChange({ ...draft, ...changed });
  };
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault();
        onSend();
      }}
    >
      <label>
        Model
        <input
          required
          list="models"
          value={draft.model}
          onInput={({ currentTarget }) => {
            set({ model: currentTarget.value });
          }}
        />
        <datalist id="models">
          {models.map((model) => (
            <option key={model} value={model} />
          ))}
        </datalist>
      </label>
      <label>
        Key for the API, where it needs one; it stays in this page
        <input
          type="password"
          autocomplete="off"
          value={draft.key}
          onInput={({ currentTarget }) => {
            set({ key: currentTarget.value });
          }}
        />
      </label>
      <label>
        Text
        <textarea
          required
          rows={3}
          value={draft.text}
          onInput={({ currentTarget }) => {
            set({ text: currentTarget.value });
          }}
        />
      </label>
      <label>
        Tools, a JSON list
        <textarea
          rows={4}
          value={draft.tools}
          onInput={({ currentTarget }) => {
            set({ tools: currentTarget.value });
          }}
        />
      </label>
      <label>
        Reasoning effort
        <select
          value={draft.effort}
          onChange={({ currentTarget }) => {
            set({ effort: currentTarget.value });
          }}
        >
          <option value="">the model's own</option>
          {efforts.map((effort) => (
            <option key={effort}>{effort}</option>
          ))}
        </select>
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={draft.isStream}
          onChange={({ currentTarget }) => {
            set({ isStream: currentTarget.checked });
          }}
        />
        Stream
      </label>
      <p>
        <button type="submit" disabled={isRunning}>
          Send
        </button>{' '}
        {isRunning && (
          <button type="button" onClick={onStop}>
            Stop
          </button>
        )}{' '}
        <button
          type="button"
          class="quiet"
          onClick={() => {
            set({ tools: someTool });
          }}
        >
          Insert a tool
        </button>
      </p>
    </form>
  );
}
