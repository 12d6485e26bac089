import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { RequestSummary } from '../../../src/inspector/views/contract.js';
import { json } from '../service/format.js';
import { useLoaded } from '../service/use-loaded.js';
import { CopyButton } from '../parts/copy-button.js';
import { Problem } from '../parts/problem.js';
import { TextBlock } from '../parts/text-block.js';
import { piecesOf } from './read-answer.js';
import { apiAddress, readModels, send, type Answer } from './send.js';
import { snippets } from './snippets.js';
import { bodyOf, firstDraft, TryForm, type Draft } from './try-form.js';

/** Sends a request as any client does, and shows the answer as a person reads it and as events. */
export function TryIt({ requests }: { requests: readonly RequestSummary[] }): JSX.Element {
  const [draft, setDraft] = useState(firstDraft);
  const [answer, setAnswer] = useState<Answer | undefined>();
  const [error, setError] = useState<unknown>();
  const [running, setRunning] = useState<AbortController | undefined>();
  const models = useLoaded(() => readModels(draft.key), draft.key);
  const hasChosen = useRef(false);
  if (!hasChosen.current && draft.model === '' && models.value?.[0] !== undefined) {
    hasChosen.current = true;
    setDraft({ ...draft, model: models.value[0] });
  }

  const start = async (): Promise<void> => {
    const abort = new AbortController();
    setAnswer(undefined);
    setError(undefined);
    setRunning(abort);
    try {
      await send(bodyOf(draft), draft.key, setAnswer, abort.signal);
    } catch (failure) {
      if (!abort.signal.aborted) setError(failure);
    }
    setRunning(undefined);
  };
  return (
    <>
      <h1 tabIndex={-1}>Try it</h1>
      <div class="sides">
        <section aria-label="Request">
          <TryForm
            draft={draft}
            models={models.value ?? []}
            isRunning={running !== undefined}
            onChange={setDraft}
            onSend={() => void start()}
            onStop={() => {
              running?.abort();
            }}
          />
          <Problem error={error} />
          <Snippets draft={draft} />
        </section>
        <section aria-label="Answer" aria-busy={running !== undefined}>
          {answer === undefined ? (
            <p class="hint">The answer comes here.</p>
          ) : (
            <AnswerView answer={answer} requests={requests} />
          )}
        </section>
      </div>
    </>
  );
}

function AnswerView({
  answer: { requestId, events, response },
  requests,
}: {
  answer: Answer;
  requests: readonly RequestSummary[];
}): JSX.Element {
  const known = requests.find((request) => request.requestId === requestId);
  return (
    <>
      <h2>Answer</h2>
      <p class="hint">
        {response?.status ?? 'under way'}{' '}
        {known !== undefined && <a href={`#/request/${known.id}`}>Look into this request</a>}
      </p>
      {piecesOf(events, response).map(({ kind, text }, index) => (
        <div key={index} class={`piece ${kind}`}>
          <span class="hint">{kind}</span>
          <p>{text}</p>
        </div>
      ))}
      {events.length > 0 && <h3>{events.length} events</h3>}
      {events.length > 0 && (
        <TextBlock
          text={events.map((event) => JSON.stringify(event)).join('\n')}
          label="Events of the answer"
        />
      )}
      {response !== undefined && events.length === 0 && (
        <TextBlock text={json(response)} label="Response" />
      )}
    </>
  );
}

function Snippets({ draft }: { draft: Draft }): JSX.Element {
  let body: ReturnType<typeof bodyOf>;
  try {
    body = bodyOf(draft);
  } catch {
    return <p class="problem">The tools are no JSON.</p>;
  }
  return (
    <>
      <h2>The same request elsewhere</h2>
      {snippets(apiAddress(), body).map(({ name, text }) => (
        <details key={name}>
          <summary>{name}</summary>
          <CopyButton text={text} what={`the request for ${name}`} />
          <TextBlock text={text} label={`Request for ${name}`} />
        </details>
      ))}
    </>
  );
}
