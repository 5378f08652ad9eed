/** 102: who are you; 106: a one-time code is missing or wrong; 103: the request is malformed; 104: the request is understood, but it failed; 107: not the one that was looked for. */
export type FaultCode = 102 | 103 | 104 | 106 | 107

/** What the API answers as `{"exception": true, "message", "error_code"}`. */
export class Fault extends Error {
  override readonly name = 'Fault'
  readonly code: FaultCode
  constructor(code: FaultCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
