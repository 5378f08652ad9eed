/*
 * A thread of every executor. When the server is gone, however it went, the executor's whole process group goes too,
 * even while handler code blocks the main thread.
 */
import { workerData } from 'node:worker_threads'

const { serverPid } = workerData as { serverPid: number }
const CHECK_MS = 500

setInterval(() => {
  if (process.ppid === serverPid) return
  try {
    process.kill(-process.pid, 'SIGKILL')
  } catch {
    process.kill(process.pid, 'SIGKILL') // not the leader of a group
  }
}, CHECK_MS)
