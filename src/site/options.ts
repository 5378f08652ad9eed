import type { Dispatcher } from 'undici'
import type { Ledger } from './ledger.ts'

/** A script user: `ApiUser.firstname` and its application key. */
export type ScriptAuth = { readonly scriptName: string; readonly scriptKey: string }

/**
 * A person's login and password, with the one-time code of two-factor sign-in if the person uses it. The code is traded
 * for a session by the first call (by `connect`, at once). Sites with single sign-on or Autodesk Identity refuse it.
 */
export type LoginAuth = { readonly login: string; readonly password: string; readonly authToken?: string }

/** A token that a site gave out for a script or a person. An expired one is refused. */
export type SessionTokenAuth = { readonly sessionToken: string }

/** Who calls. The kinds exclude each other. */
export type SiteAuth = ScriptAuth | LoginAuth | SessionTokenAuth

/** How calls that may be repeated (reads, schema, info, downloads) are repeated. Writes never are. */
export type RetryOptions = {
  /** Attempts in all, the first included. Default 3; 1 switches repeating off. */
  readonly attempts?: number
  /** Wait before the second attempt, in ms, doubled for each further one, jittered. Default 300. */
  readonly baseDelayMs?: number
  /** Longest wait between two attempts, in ms. Default 10,000. A `Retry-After` beyond it ends the call. */
  readonly maxDelayMs?: number
}

/** What each call takes besides its own options. */
export type CallOptions = {
  /** Aborts the call at once; it then rejects with `signal.reason`. */
  readonly signal?: AbortSignal
  /** Deadline in ms over all attempts, counted from when the call gets its turn. Default: the site's `timeoutMs`. */
  readonly timeoutMs?: number
}

/** A proxy by the scheme of what is asked for. */
export type ProxyOptions = {
  /** For `http:` addresses. */
  readonly http?: string
  /** For `https:` addresses. Default: that of `http`. */
  readonly https?: string
  /** Hosts that are asked without a proxy, as in `NO_PROXY`: `localhost,.studio.example,render:8080`, or `*`. */
  readonly except?: string
}

export type SiteOptions = {
  /** `https://example.shotgrid.autodesk.com`. User info in it (`https://name:secret@host`) becomes basic auth on API calls. */
  readonly url: string
  readonly auth: SiteAuth
  /** The browser window that asked: writes that carry it refresh that page. */
  readonly sessionUuid?: string
  /** Act as this person (a `HumanUser.login`); the credentials must be allowed to. */
  readonly sudoAsLogin?: string
  /** More keys for the authentication object, such as `{ product: 'rv' }`. */
  readonly extraAuthParams?: { readonly [key: string]: string }
  /** Display names in the schema come in the language of the person, for scripts in that of the site. Default false. */
  readonly localized?: boolean
  /** Added to the client's own user agent. */
  readonly userAgent?: string
  /** Deadline of each API call in ms. Default 60,000. */
  readonly timeoutMs?: number
  /** Deadline of each download in ms. Default 600,000. */
  readonly downloadTimeoutMs?: number
  /** Deadline of each upload in ms. Default 3,600,000. */
  readonly uploadTimeoutMs?: number
  readonly retry?: RetryOptions
  /** API calls in flight at once; the others wait their turn. Downloads have as many again. Default 8. */
  readonly concurrency?: number
  /** Largest answer to an API call, in bytes after decompression. Default 134,217,728 (128 MiB). */
  readonly maxResponseBytes?: number
  /** Aborts every call of this site. */
  readonly signal?: AbortSignal
  /** Is told about every write. One given to `site.with()` is told besides, not instead. */
  readonly ledger?: Ledger
  /**
   * How `date_time` values arrive. `'string'` (default): as sent, `"2026-05-02T09:00:00Z"`. `'Date'`: every field
   * value of exactly that form becomes a `Date`, also in a text field, for answers do not name data types.
   */
  readonly dates?: 'string' | 'Date'
  /** Whose `local_path_…` becomes `local_path` in local file values. Default: this machine's. */
  readonly platform?: 'linux' | 'mac' | 'windows'
  /**
   * All traffic goes through this proxy, downloads too: `http://user:password@proxy:3128`, or `user:password@proxy:3128`.
   * With {@link ProxyOptions}, by scheme. `siteOptionsFromEnv` takes it out of the environment.
   */
  readonly proxy?: string | ProxyOptions
  /** Certificate authorities to believe besides Node's own: PEM text, or the path of a PEM file. */
  readonly caCerts?: string
  /** An undici dispatcher to send through, instead of `proxy` and `caCerts`. It stays yours to close. */
  readonly dispatcher?: Dispatcher
}

/** What `site.with()` changes; everything else is shared. */
export type SiteOverrides = Pick<SiteOptions, 'sessionUuid' | 'sudoAsLogin' | 'timeoutMs' | 'signal' | 'ledger'>
