/** What an executor hears when the run that it is doing shall stop. Node keeps SIGUSR1 for debuggers. */
export const CANCEL_SIGNAL = 'SIGUSR2'

export const CANCELLED_TEXT = 'It was cancelled and has stopped. What it had done by then stays done.'
export const CANCELLED_EARLY_TEXT = 'It was cancelled before it began. Nothing was done.'
export const CANCEL_KILLED_TEXT =
  'It was cancelled, did not stop by itself, and was ended. What it had done by then stays done.'
