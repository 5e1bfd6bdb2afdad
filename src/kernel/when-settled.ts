// Who goes on when a promise is settled? `then` alone would drop what the receiver throws, and a `catch` after it costs every
// request one more promise.

/** @param failed told of a rejection, and of what `received` throws; must not throw */
export function whenSettled<Value> (promise: Promise<Value>, received: (value: Value) => void, failed: (error: unknown) => void): void {
  promise.then(value => {
    try {
      received(value)
    } catch (error) {
      failed(error)
    }
  }, failed)
}
