import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { logOut, Refused } from './service/api.js';
import { useRequests } from './service/use-requests.js';
import { RequestList } from './list/request-list.js';
import { Login } from './login.js';
import { Problem } from './parts/problem.js';
import { RequestPage } from './request/request-page.js';
import { TryIt } from './try/try-it.js';

/** The place is in the address, so that it can be sent to a colleague: `#/`, `#/request/12`, `#/try`. */
function usePlace(): string {
  const [place, setPlace] = useState(location.hash.slice(1) || '/');
  useEffect(() => {
    const read = (): void => {
      setPlace(location.hash.slice(1) || '/');
      document.querySelector('h1')?.focus();
    };
    addEventListener('hashchange', read);
    return () => {
      removeEventListener('hashchange', read);
    };
  }, []);
  return place;
}

export function App(): JSX.Element {
  const place = usePlace();
  const { requests, error, isLive, reload } = useRequests();
  const isLocked = error instanceof Refused && error.status === 401;
  const here = (path: string): 'page' | undefined => (place === path ? 'page' : undefined);
  return (
    <>
      <header>
        <a class="skip" href="#main" onClick={skipToMain}>
          Skip to the content
        </a>
        <strong>Inspector</strong>
        {!isLocked && (
          <nav aria-label="Main">
            <a href="#/" aria-current={here('/')}>
              Requests
            </a>
            <a href="#/try" aria-current={here('/try')}>
              Try it
            </a>
            <button
              type="button"
              class="quiet"
              onClick={() => {
                void logOut().then(reload);
              }}
            >
              Log out
            </button>
          </nav>
        )}
      </header>
      <main id="main" tabIndex={-1}>
        {isLocked ? (
          <Login onOpen={reload} />
        ) : (
          <>
            <Problem error={error} />
            <Place place={place} requests={requests} isLive={isLive} />
          </>
        )}
      </main>
    </>
  );
}

function Place({
  place,
  requests,
  isLive,
}: { place: string } & Pick<ReturnType<typeof useRequests>, 'requests' | 'isLive'>): JSX.Element {
  if (place === '/try') return <TryIt requests={requests} />;
  const [, id] = /^\/request\/(\d+)$/.exec(place) ?? [];
  if (id === undefined) return <RequestList requests={requests} isLive={isLive} />;
  const summary = requests.find((request) => request.id === id);
  return <RequestPage id={id} isOver={summary?.isOver ?? true} />;
}

/** The hash is the page's place, so the link must not change it. */
function skipToMain(event: Event): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}
