// Why an operation of a document becomes no tool. Thrown while one operation is converted, caught for each of them.

export class LeftOut extends Error {
  override readonly name = 'LeftOut'
}
