import './copy.js'
import './filter.js'
import './live.js'
