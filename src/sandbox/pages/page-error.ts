/** A refusal in words for the person at the page. */
export class PageError extends Error {
  override readonly name = 'PageError'
  readonly status: number
  constructor(status: 400 | 403 | 404, message: string) {
    super(message)
    this.status = status
  }
}
