/** The store cannot be opened or cannot go on: one line for the operator that names the file and the mend. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}
