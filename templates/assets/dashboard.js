import '/assets/copy.js'
import '/assets/filter.js'
import '/assets/live.js'
