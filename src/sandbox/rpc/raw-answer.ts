/** What a method answers that is no JSON: sent as it is. */
export class RawAnswer {
  readonly contentType: string
  readonly body: string

  constructor(contentType: string, body: string) {
    this.contentType = contentType
    this.body = body
  }
}
