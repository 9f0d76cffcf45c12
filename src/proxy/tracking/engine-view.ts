/** What following needs of the engine, as cold Observables whose unsubscription cancels the call. */
import { Observable } from 'rxjs';
import {
  inspectContainer,
  listContainers,
  type Container,
  type ContainerRow,
} from '../../docker/containers.ts';
import type { Engine } from '../../docker/engine/engine.ts';
import { engineEvents, type EngineEvent, type MissedEvent } from '../../docker/events.ts';

export interface EngineView {
  /** Events from this moment on, in seconds since 1970; errs when the stream ends. */
  events(since: number): Observable<EngineEvent | MissedEvent>;
  /** All containers. */
  list(): Observable<ContainerRow[]>;
  /** One container; undefined if there is none. */
  inspect(id: string): Observable<Container | undefined>;
  /** Errs if the engine gives no sign of life. */
  ping(): Observable<unknown>;
}

/** The view of a real engine. */
export function viewOf(engine: Engine): EngineView {
  return {
    events: (since) => engineEvents(engine, { since }),
    list: () => fromCall(async (signal) => listContainers(engine, {}, signal)),
    inspect: (id) => fromCall(async (signal) => inspectContainer(engine, id, signal)),
    ping: () => fromCall(async (signal) => engine.ping(signal)),
  };
}

/** One value from a call that can be aborted. */
function fromCall<T>(call: (signal: AbortSignal) => Promise<T>): Observable<T> {
  return new Observable((subscriber) => {
    const abort = new AbortController();
    let isOver = false;
    call(abort.signal).then(
      (value) => {
        isOver = true;
        subscriber.next(value);
        subscriber.complete();
      },
      (error: unknown) => {
        isOver = true;
        subscriber.error(error);
      },
    );
    return () => {
      // To abort costs as much as a tenth of a call, even where there is nothing to abort any more.
      if (!isOver) abort.abort();
    };
  });
}
