import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { ConnectionError, FastifyInstance } from 'fastify'
import { AppError } from '../errors.ts'

const statusOf: Readonly<Record<string, number>> = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 }

/** What is not HTTP, or never ends, is answered like any other refusal, as far as the connection still takes an answer. */
export function answerClientError(this: FastifyInstance, cause: ConnectionError, socket: Socket): void {
  if (cause.code === 'ECONNRESET' || socket.destroyed) return
  const error = new AppError('PAYLOAD_INVALID', 'The request cannot be read as HTTP. Nothing was started.', { cause })
  const { code, message, hint } = error
  const status = statusOf[cause.code] ?? error.status
  this.log.warn({ code, reason: cause.code, from: socket.remoteAddress }, message)
  const body = JSON.stringify({ code, message, hint })
  if (socket.writable) {
    socket.write(
      [
        `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
        'Connection: close',
        'Content-Type: application/json; charset=utf-8',
        `Content-Length: ${Buffer.byteLength(body)}`,
        '',
        body,
      ].join('\r\n'),
    )
  }
  socket.destroy()
}
