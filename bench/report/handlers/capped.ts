import { defineHandler } from 'amiable'
import versionReport from '../../../handlers/version-report.ts'

/** The version report in a small executor. */
export default defineHandler({ ...versionReport, title: 'Version report, 96 MB', memoryMb: 96 })
