/**
 * Work that is asked for by key: one at a time for each key, so that answers come in the order of the questions. A key
 * that is asked for while its work runs is worked on exactly once more after that, however often it was asked for.
 * Urgent keys (an event named them) do not queue behind the others (a resync named them). Virtual time applies.
 */
import { Observable, Subscription, timer, type OperatorFunction, type Subscriber } from 'rxjs';

export interface KeyedRequest {
  readonly key: string;
  readonly urgent: boolean;
}

export interface KeyedQueueOptions<R> {
  /** The work; an error of it is an error of the whole. Subscribed to when its turn has come. */
  readonly work: (key: string) => Observable<R>;
  /** After which time, in ms, an answer wants its key worked on again; asked once it was passed on. */
  readonly againMs: (answer: R) => number | undefined;
  /** How many may be at work at the same time, for the urgent ones and for the others. */
  readonly places: number;
}

/** Turns asks into answers. Completes when the source has and no work is left; wishes for later are dropped then. */
export function keyedQueue<R>(options: KeyedQueueOptions<R>): OperatorFunction<KeyedRequest, R> {
  return (asks$) =>
    new Observable((subscriber) => {
      const desk = new Desk(options, subscriber);
      desk.watch(asks$);
      return () => {
        desk.close();
      };
    });
}

/** What is known of one key. */
interface Job {
  running: Subscription | undefined;
  /** Waits for a place, or for the running work to end. */
  wanted: 'no' | 'soon' | 'urgently';
  later: Subscription | undefined;
}

/** Keys that wait for a place, first come first served. */
interface Lane {
  readonly waiting: Set<string>;
  free: number;
}

class Desk<R> {
  readonly #options: KeyedQueueOptions<R>;
  readonly #out: Subscriber<R>;
  readonly #jobs = new Map<string, Job>();
  readonly #urgent: Lane;
  readonly #other: Lane;
  #source: Subscription | undefined;
  #sourceEnded = false;

  constructor(options: KeyedQueueOptions<R>, out: Subscriber<R>) {
    this.#options = options;
    this.#out = out;
    this.#urgent = { waiting: new Set(), free: options.places };
    this.#other = { waiting: new Set(), free: options.places };
  }

  watch(asks$: Observable<KeyedRequest>): void {
    this.#source = asks$.subscribe({
      next: (ask) => {
        this.#ask(ask.key, ask.urgent);
      },
      error: (error: unknown) => {
        this.#out.error(error);
      },
      complete: () => {
        this.#sourceEnded = true;
        this.#completeIfIdle();
      },
    });
  }

  close(): void {
    this.#source?.unsubscribe();
    for (const job of this.#jobs.values()) {
      job.running?.unsubscribe();
      job.later?.unsubscribe();
    }
    this.#jobs.clear();
    this.#urgent.waiting.clear();
    this.#other.waiting.clear();
  }

  #ask(key: string, urgent: boolean): void {
    const job = this.#jobs.get(key) ?? { running: undefined, wanted: 'no', later: undefined };
    this.#jobs.set(key, job);
    job.later?.unsubscribe();
    job.later = undefined;
    if (job.wanted !== 'urgently') job.wanted = urgent ? 'urgently' : 'soon';
    if (!job.running) this.#queue(key, job);
  }

  #queue(key: string, job: Job): void {
    const [lane, otherLane] =
      job.wanted === 'urgently' ? [this.#urgent, this.#other] : [this.#other, this.#urgent];
    otherLane.waiting.delete(key);
    lane.waiting.add(key);
    this.#fill(lane);
  }

  #fill(lane: Lane): void {
    for (const key of lane.waiting) {
      if (lane.free === 0) return;
      lane.waiting.delete(key);
      const job = this.#jobs.get(key);
      if (job) this.#start(key, job, lane);
    }
  }

  #start(key: string, job: Job, lane: Lane): void {
    lane.free -= 1;
    job.wanted = 'no';
    let wish: number | undefined;
    const running = new Subscription();
    job.running = running;
    const work = this.#options.work(key).subscribe({
      next: (answer) => {
        this.#out.next(answer);
        wish = this.#options.againMs(answer);
      },
      error: (error: unknown) => {
        this.#out.error(error);
      },
      complete: () => {
        lane.free += 1;
        job.running = undefined;
        this.#end(key, job, wish);
        this.#fill(lane);
      },
    });
    running.add(work);
  }

  #end(key: string, job: Job, wishMs: number | undefined): void {
    if (job.wanted !== 'no') {
      this.#queue(key, job);
    } else if (wishMs !== undefined && !this.#sourceEnded) {
      job.later = timer(wishMs).subscribe(() => {
        this.#ask(key, true);
      });
    } else {
      this.#jobs.delete(key);
      this.#completeIfIdle();
    }
  }

  #completeIfIdle(): void {
    if (!this.#sourceEnded) return;
    const busy = [...this.#jobs.values()].some((job) => job.running !== undefined || job.wanted !== 'no');
    if (!busy) this.#out.complete();
  }
}
