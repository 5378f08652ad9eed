/** Runs `work` under a key, or joins what runs under it already. */
export type Share<T> = (key: string, work: () => Promise<T>) => Promise<T>

/**
 * Identical questions of one tick become one. Only of one: whoever asks after something has happened, an awaited write
 * above all, is given an answer from after it. Everybody gets a copy of their own.
 */
export function createShare<T>(): Share<T> {
  type Question = { asked: number; readonly answer: Promise<T> }
  const asking = new Map<string, Question>()

  const ask = (key: string, work: () => Promise<T>): Question => {
    const question = { asked: 0, answer: work() }
    asking.set(key, question)
    // After everything that awaits in this callback of the event loop; before an answer that comes in the next one.
    queueMicrotask(() => process.nextTick(() => asking.delete(key)))
    return question
  }
  return async (key, work) => {
    const question = asking.get(key) ?? ask(key, work)
    question.asked += 1
    const value = await question.answer
    return question.asked === 1 ? value : structuredClone(value)
  }
}
