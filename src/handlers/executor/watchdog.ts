/*
 * A thread of every executor. When the server is gone, however it went, the executor and all that it started go too, even
 * while handler code blocks the main thread.
 */
import { workerData } from 'node:worker_threads'
import { endFamily } from './end-family.ts'

const { serverPid } = workerData as { serverPid: number }
const CHECK_MS = 500

setInterval(() => {
  if (process.ppid !== serverPid) endFamily()
}, CHECK_MS)
