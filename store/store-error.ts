/** Why a store cannot be opened or cannot go on: one line for the owner, naming the file and the mend. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}
