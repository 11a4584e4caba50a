/**
 * The messages between the main thread and the writer thread beside batches and answers. Those are sent as JSON text: of
 * all values that can be posted between threads, a string costs least.
 */

/** Other than batches, which are text. */
export type WorkerRequest = { readonly kind: 'open'; readonly file: string } | { readonly kind: 'close' };

/** Other than answers, which are text. `openFailed`: a line for the operator; `diskFailed`: the disk failed between two batches. */
export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'openFailed'; readonly message: string }
  | { readonly kind: 'diskFailed'; readonly error: string }
  | { readonly kind: 'closed' };
